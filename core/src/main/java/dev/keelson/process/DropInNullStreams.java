/* SPDX-License-Identifier: Apache-2.0 */
package dev.keelson.process;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;

/**
 * What a process answers for a stream that is no pipe to us. Unlike {@link
 * InputStream#nullInputStream()} these go on as before when they have been closed, as the JDK's do.
 * Stateless.
 */
final class DropInNullStreams {

  static final InputStream INPUT = new NullInput();
  static final OutputStream OUTPUT = new NullOutput();

  private DropInNullStreams() {}

  private static final class NullInput extends InputStream {
    @Override
    public int read() {
      return -1;
    }

    @Override
    public int available() {
      return 0;
    }
  }

  private static final class NullOutput extends OutputStream {
    @Override
    public void write(int b) throws IOException {
      throw new IOException("Stream closed");
    }
  }
}
