/* SPDX-License-Identifier: Apache-2.0 */
package dev.keelson.process;

import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.Charset;
import java.nio.charset.CharsetDecoder;
import java.nio.charset.CodingErrorAction;
import java.util.function.Consumer;

/**
 * Decodes bytes as they come, whatever borders they come in, and passes on whole lines. Closing it
 * passes on a last line without an end, unless the consumer has thrown before. Not safe for use by
 * multiple threads.
 *
 * <p><b>Limitations.</b> A line that does not fit into {@value #LONGEST_LINE} characters is passed
 * on in pieces of that size, so that memory stays bounded.
 */
final class LineSplitter extends OutputStream {

  static final int LONGEST_LINE = 1 << 20;
  private static final int BUFFER_CHARS = 8192;

  private final Consumer<? super String> consumer;
  private final CharsetDecoder decoder;
  private final CharBuffer chars = CharBuffer.allocate(BUFFER_CHARS);
  private final StringBuilder line = new StringBuilder();
  private ByteBuffer undecoded = ByteBuffer.allocate(16).limit(0);
  private boolean afterReturn;
  private boolean closed;

  LineSplitter(Charset charset, Consumer<? super String> consumer) {
    this.consumer = consumer;
    decoder =
        charset
            .newDecoder()
            .onMalformedInput(CodingErrorAction.REPLACE)
            .onUnmappableCharacter(CodingErrorAction.REPLACE);
  }

  @Override
  public void write(int b) {
    write(new byte[] {(byte) b}, 0, 1);
  }

  @Override
  public void write(byte[] bytes, int offset, int length) {
    closed = true; // for good if this fails: whoever threw is not called again
    decode(joined(bytes, offset, length), false);
    closed = false;
  }

  /** The bytes behind those that were left undecoded, the beginning of a character, last time. */
  private ByteBuffer joined(byte[] bytes, int offset, int length) {
    if (!undecoded.hasRemaining()) {
      return ByteBuffer.wrap(bytes, offset, length);
    }
    return ByteBuffer.allocate(undecoded.remaining() + length)
        .put(undecoded)
        .put(bytes, offset, length)
        .flip();
  }

  private void decode(ByteBuffer bytes, boolean last) {
    while (decoder.decode(bytes, chars, last).isOverflow()) {
      take();
    }
    take();
    undecoded = ByteBuffer.allocate(bytes.remaining()).put(bytes).flip();
  }

  private void take() {
    chars.flip();
    while (chars.hasRemaining()) {
      char c = chars.get();
      if (c == '\n' && afterReturn) {
        afterReturn = false;
        continue;
      }
      afterReturn = c == '\r';
      if (c == '\n' || c == '\r') {
        pass();
      } else {
        line.append(c);
        if (line.length() >= LONGEST_LINE && !Character.isHighSurrogate(c)) {
          pass();
        }
      }
    }
    chars.clear();
  }

  private void pass() {
    String whole = line.toString();
    line.setLength(0);
    consumer.accept(whole);
  }

  @Override
  public void close() {
    if (closed) {
      return;
    }
    closed = true;
    decode(undecoded, true);
    while (decoder.flush(chars).isOverflow()) {
      take();
    }
    take();
    if (!line.isEmpty()) {
      pass();
    }
  }
}
