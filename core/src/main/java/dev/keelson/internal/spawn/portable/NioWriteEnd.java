/* SPDX-License-Identifier: Apache-2.0 */
package dev.keelson.internal.spawn.portable;

import dev.keelson.internal.spawn.SharedWriteEnd;
import dev.keelson.spi.Creation;
import dev.keelson.spi.Creations;
import dev.keelson.spi.SchedulePoints;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.Pipe;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import javax.annotation.Nullable;

/**
 * Our end of a pipe of our own that a child reads from; a writer that finds it full waits in a
 * selector of its own.
 */
final class NioWriteEnd extends SharedWriteEnd<Pipe.SinkChannel> {

  private final @Nullable Creation creation;

  /** Where a writer waits, published before it looks whether it is closed. */
  private volatile @Nullable Selector waiting;

  NioWriteEnd(Pipe.SinkChannel sink) throws IOException {
    super(sink);
    sink.configureBlocking(false);
    creation = Creations.created(Creation.Kind.DESCRIPTOR, -1, () -> "pipe to write to");
  }

  @Override
  protected int writeSome(Pipe.SinkChannel sink, byte[] source, int offset, int length)
      throws IOException {
    return sink.write(ByteBuffer.wrap(source, offset, length));
  }

  @Override
  protected void await(Pipe.SinkChannel sink) throws IOException {
    Selector selector = waiting;
    if (selector == null) {
      selector = Channels.register(sink, SelectionKey.OP_WRITE);
      waiting = selector;
      SchedulePoints.reach("writeEnd.published");
    }
    if (!isClosed()) {
      Channels.select(selector);
    }
  }

  @Override
  protected void wake() {
    Channels.wake(waiting);
  }

  @Override
  protected void letGo(Pipe.SinkChannel sink) {
    Channels.closeQuietly(waiting);
    Channels.closeQuietly(sink);
    Creations.ended(creation);
  }
}
