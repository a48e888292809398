/* SPDX-License-Identifier: Apache-2.0 */
package dev.keelson.examples.snippets;

import dev.keelson.cleanup.CleanupRealm;
import dev.keelson.cleanup.Registration;
import dev.keelson.wake.SignalRoute;
import dev.keelson.wake.Waker;
import dev.keelson.wake.Wakeup;
import java.lang.ref.Reference;
import java.nio.file.Path;

/** A JVM that waits for signals, and deletes the file that it is given when it exits. */
final class SignalledJvm {

  private SignalledJvm() {}

  public static void main(String[] args) throws Exception {
    Object owner = new Object();
    CleanupRealm realm = CleanupRealm.named("exit");
    Registration<Path> file = CleanupSnippets.atExit(realm, owner, Path.of(args[0]));
    try (Waker waker = Waker.create()) {
      SignalRoute term = WakerSnippets.shutdown(waker);
      System.out.println("ready");
      while (true) {
        Wakeup wakeup = waker.await();
        System.out.println("shutdown " + wakeup.has(1) + ", the file waits " + file.isAlive());
        if (term.count() > 0) {
          term.done(); // the handler before ends this JVM
        }
      }
    } finally {
      Reference.reachabilityFence(owner);
    }
  }
}
