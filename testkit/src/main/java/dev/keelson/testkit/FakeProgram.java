/* SPDX-License-Identifier: Apache-2.0 */
package dev.keelson.testkit;

/**
 * What a fake process does, as code, where the steps of a {@link FakeCommand} are not enough. It
 * runs on a thread of its own, once for each launch; one that may be launched several times at once
 * must be safe for use by multiple threads.
 */
@FunctionalInterface
public interface FakeProgram {

  /**
   * Runs until the process ends. Code that waits for anything but {@code self} holds virtual time
   * up.
   *
   * @return the exit code, from 0 to 255
   * @throws Exception anything that is thrown ends the process with exit code 255 and fails the
   *     launcher's verification
   */
  int run(FakeProcess self) throws Exception;
}
