/* SPDX-License-Identifier: Apache-2.0 */
package dev.keelson.testkit.internal.fake;

import java.io.IOException;

/**
 * What one of a fake process's three streams is connected to. It is closed when the last of the
 * processes that hold it has let it go.
 */
interface Channel {

  /** Reads some bytes, waiting for the first; -1 at the end. */
  int read(byte[] target, int offset, int length, FakePipe.Blocker blocker) throws IOException;

  /** Writes everything; returns false if nobody reads any more. */
  boolean write(byte[] source, int offset, int length, FakePipe.Blocker blocker) throws IOException;

  /** One more process may write to it. */
  void addWriter();

  void removeWriter();

  /** One more process may read from it. */
  void addReader();

  void removeReader();
}
