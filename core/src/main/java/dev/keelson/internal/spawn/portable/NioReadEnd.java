/* SPDX-License-Identifier: Apache-2.0 */
package dev.keelson.internal.spawn.portable;

import dev.keelson.internal.spawn.ChunkSink;
import dev.keelson.internal.spawn.SharedReadEnd;
import dev.keelson.spi.SchedulePoints;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import javax.annotation.Nullable;

/** Our end of an {@link OwnPipe} that a child writes to. */
final class NioReadEnd extends SharedReadEnd<OwnPipe> {

  /*
   * A reader that finds the pipe empty waits in a selector of its own. Selector.wakeup is latched: whoever published its selector
   * before it looked finds the wake-up waiting.
   */

  /** What a pipe holds. */
  private static final int PIPE_BYTES = 64 * 1024;

  private final PipePool pool;
  private final LazyLoop loop;

  /** Where a reader waits, published before it looks whether it is asked. */
  private volatile @Nullable Selector waiting;

  /** Set once the loop reads. */
  private volatile @Nullable IoLoop.Reading drain;

  NioReadEnd(OwnPipe pipe, PipePool pool, LazyLoop loop) {
    super(pipe);
    this.pool = pool;
    this.loop = loop;
  }

  @Override
  protected int readSome(OwnPipe pipe, byte[] target, int offset, int length) throws IOException {
    return pipe.source().read(ByteBuffer.wrap(target, offset, length));
  }

  @Override
  protected void await(OwnPipe pipe) throws IOException {
    Selector selector = waiting;
    if (selector == null) {
      selector = Channels.register(pipe.source(), SelectionKey.OP_READ);
      waiting = selector;
      SchedulePoints.reach("readEnd.published");
    }
    if (!isAsked()) {
      Channels.select(selector);
    }
  }

  @Override
  protected void wake() {
    Channels.wake(waiting);
  }

  @Override
  protected int available(OwnPipe pipe) throws IOException {
    return pipe.available();
  }

  @Override
  protected int atMost(OwnPipe pipe) {
    try {
      return pipe.available();
    } catch (IOException noDescriptorIsLeftToAskWith) {
      return PIPE_BYTES;
    }
  }

  @Override
  protected void letGo(OwnPipe pipe, boolean sawEnd) {
    Channels.closeQuietly(waiting); // else the pipe would go to the pool still registered with it
    if (sawEnd) {
      pool.giveBack(pipe);
    } else {
      pipe.close();
    }
  }

  @Override
  protected void drain(OwnPipe pipe, ChunkSink sink) {
    Channels.closeQuietly(waiting);
    try {
      drain = loop.get().read(pipe, new Drain(pipe, sink));
    } catch (IOException e) {
      pipe.close();
      sink.end(false, e);
    } catch (RuntimeException | Error e) {
      pipe.close();
      throw e;
    }
  }

  @Override
  protected void cease(boolean takeResidue) {
    IoLoop.Reading reading = drain;
    if (reading != null) {
      reading.cease(takeResidue);
    }
  }

  /** What the loop does with the bytes of a drained end. */
  private final class Drain implements IoLoop.Reader {
    private final OwnPipe pipe;
    private final ChunkSink sink;

    Drain(OwnPipe pipe, ChunkSink sink) {
      this.pipe = pipe;
      this.sink = sink;
    }

    @Override
    public void read(ByteBuffer bytes) {
      sink.chunk(bytes);
    }

    @Override
    public void ended(boolean sawEnd, @Nullable IOException failure) {
      NioReadEnd.this.ended(sawEnd);
      try {
        letGo(pipe, sawEnd);
      } finally {
        sink.end(sawEnd, failure);
      }
    }
  }
}
