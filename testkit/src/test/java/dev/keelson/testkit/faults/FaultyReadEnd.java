/* SPDX-License-Identifier: Apache-2.0 */
package dev.keelson.testkit.faults;

import dev.keelson.internal.spawn.ChunkSink;
import dev.keelson.internal.spawn.ReadEnd;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import javax.annotation.Nullable;

/** An output of a process of a {@link FaultyEngine}. */
final class FaultyReadEnd implements ReadEnd {

  private final ReadEnd end;
  private final FaultyEngine engine;
  private final AtomicInteger reads = new AtomicInteger();

  FaultyReadEnd(ReadEnd end, FaultyEngine engine) {
    this.end = end;
    this.engine = engine;
  }

  @Override
  public int read(byte[] target, int offset, int length) throws IOException {
    failIfDue();
    return end.read(target, offset, length);
  }

  @Override
  public int readUninterruptibly(byte[] target, int offset, int length) throws IOException {
    failIfDue();
    return end.readUninterruptibly(target, offset, length);
  }

  private void failIfDue() throws IOException {
    engine.unchecked(Fault.READ_THROWS_UNCHECKED);
    int number = reads.incrementAndGet();
    engine.io(number == 1 ? Fault.FIRST_READ : Fault.SECOND_READ);
  }

  @Override
  public int available() throws IOException {
    return end.available();
  }

  @Override
  public void drainTo(ChunkSink sink) {
    if (engine.failsAt(Fault.DRAIN_AT_ONCE)) {
      end.close();
      sink.end(false, injected(Fault.DRAIN_AT_ONCE));
    } else if (engine.failsAt(Fault.DRAIN_IN_THE_MIDDLE)) {
      end.drainTo(new Broken(sink));
    } else {
      end.drainTo(sink);
    }
  }

  private IOException injected(Fault step) {
    try {
      engine.io(step);
      throw new AssertionError("it must fail at " + step);
    } catch (IOException e) {
      return e;
    }
  }

  @Override
  public void finish() {
    end.finish();
  }

  @Override
  public boolean sawEndOfFile() {
    return end.sawEndOfFile();
  }

  @Override
  public void close() {
    end.close();
  }

  /** Passes the first bytes on and then says that no more can be read. */
  private final class Broken implements ChunkSink {
    private final ChunkSink sink;
    private final AtomicBoolean ended = new AtomicBoolean();

    Broken(ChunkSink sink) {
      this.sink = sink;
    }

    @Override
    public void chunk(ByteBuffer bytes) {
      if (ended.compareAndSet(false, true)) {
        sink.chunk(bytes);
        sink.end(false, injected(Fault.DRAIN_IN_THE_MIDDLE));
        end.close();
      } else {
        bytes.position(bytes.limit());
      }
    }

    @Override
    public void end(boolean complete, @Nullable IOException failure) {
      if (ended.compareAndSet(false, true)) {
        sink.end(complete, failure);
      }
    }
  }
}
