/* SPDX-License-Identifier: Apache-2.0 */
package dev.keelson.internal.spawn.portable;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.keelson.internal.spawn.ChunkSink;
import dev.keelson.internal.spawn.Stdio;
import java.io.ByteArrayOutputStream;
import java.io.File;
import java.io.FileInputStream;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.channels.Pipe;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Our ends of pipes when several threads use and end them at once; no process takes part. */
@Timeout(120)
class PipeEndRacesTest {

  private static final int ROUNDS = 300;
  private static final long PATIENCE_SECONDS = 30;
  private static final LazyLoop LOOP = new LazyLoop();

  private final Random random = new Random(42);
  private final PipePool pool = new PipePool();
  private final ExecutorService threads =
      Executors.newCachedThreadPool(
          task -> {
            Thread thread = new Thread(task, "pipe-end-races");
            thread.setDaemon(true); // one that hangs is a failure, not the end of the build
            return thread;
          });
  private int descriptorsBefore;

  @BeforeEach
  void countDescriptors() throws Exception {
    fence();
    try (Pipe.SourceChannel unused = OwnPipe.open().source()) {
      assertTrue(unused.isOpen());
    }
    descriptorsBefore = descriptors();
  }

  @AfterEach
  void shouldLeaveNoDescriptorBehind() {
    threads.shutdownNow();
    long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(30);
    while (descriptors() > descriptorsBefore && System.nanoTime() < deadline) {
      Thread.yield();
    }
    assertTrue(
        descriptors() <= descriptorsBefore,
        () -> descriptors() + " pipes and selectors are open, and before " + descriptorsBefore);
  }

  @Test
  void shouldWakeTheReaderWhenTheEndIsClosed() throws Exception {
    for (int round = 0; round < ROUNDS; round++) {
      OwnPipe pipe = pool.take();
      NioReadEnd end = new NioReadEnd(pipe, pool, LOOP);
      byte[] written = bytes(round % 2 == 0 ? 0 : 20);
      ByteArrayOutputStream got = new ByteArrayOutputStream();
      OutputStream writer = new FileOutputStream(pipe.path());
      boolean writerEnds = round % 3 == 0;
      together(
          () -> {
            try {
              assertEquals(-1, readAll(end, got));
              assertTrue(writerEnds, "an end of file that nobody made");
            } catch (IOException e) {
              assertEquals("Stream closed", e.getMessage());
            }
          },
          end::close,
          () -> {
            try {
              writer.write(written);
            } catch (IOException nobodyReads) {
              // as a child would find out
            }
            if (writerEnds) {
              writer.close();
            }
          });
      assertArrayEquals(Arrays.copyOf(written, got.size()), got.toByteArray());
      assertEquals(
          "Stream closed",
          assertThrows(IOException.class, () -> end.read(new byte[1], 0, 1)).getMessage());
      end.close();
      writer.close();
      assertReleasedOnce(pipe);
    }
  }

  @Test
  void shouldDeliverAllThatWasWrittenWhenTheEndIsFinished() throws Exception {
    for (int round = 0; round < ROUNDS; round++) {
      OwnPipe pipe = pool.take();
      NioReadEnd end = new NioReadEnd(pipe, pool, LOOP);
      byte[] written = bytes(random.nextInt(300));
      ByteArrayOutputStream got = new ByteArrayOutputStream();
      OutputStream writer = new FileOutputStream(pipe.path());
      writer.write(written);
      boolean writerEnds = round % 2 == 0;
      if (writerEnds) {
        writer.close();
      }
      together(() -> assertEquals(-1, readAll(end, got)), end::finish);
      assertArrayEquals(written, got.toByteArray());
      assertEquals(writerEnds, end.sawEndOfFile());
      assertEquals(-1, end.read(new byte[1], 0, 1));
      end.close();
      writer.close();
      assertReleasedOnce(pipe);
    }
  }

  @Test
  void shouldReleaseThePipeOnceWhenItIsFinishedAndClosed() throws Exception {
    for (int round = 0; round < ROUNDS; round++) {
      OwnPipe pipe = pool.take();
      NioReadEnd end = new NioReadEnd(pipe, pool, LOOP);
      OutputStream writer = new FileOutputStream(pipe.path());
      writer.write(bytes(round % 3));
      if (round % 2 == 0) {
        writer.close();
      }
      together(
          end::finish,
          end::close,
          () -> {
            try {
              assertTrue(end.available() <= 2);
            } catch (IOException e) {
              assertEquals("Stream closed", e.getMessage());
            }
          });
      assertThrows(IOException.class, () -> end.read(new byte[1], 0, 1));
      writer.close();
      assertReleasedOnce(pipe);
    }
  }

  @Test
  void shouldEndTheSinkOnceWhenADrainedEndIsFinished() throws Exception {
    for (int round = 0; round < ROUNDS; round++) {
      OwnPipe pipe = pool.take();
      NioReadEnd end = new NioReadEnd(pipe, pool, LOOP);
      byte[] written = bytes(random.nextInt(300));
      OutputStream writer = new FileOutputStream(pipe.path());
      writer.write(written);
      boolean writerEnds = round % 2 == 0;
      if (writerEnds) {
        writer.close();
      }
      Sink sink = new Sink();
      together(() -> end.drainTo(sink), end::finish);
      sink.await();
      fence();
      assertEquals(1, sink.ends.get());
      assertArrayEquals(written, sink.bytes());
      assertEquals(writerEnds, sink.complete);
      assertEquals(writerEnds, end.sawEndOfFile());
      writer.close();
      assertReleasedOnce(pipe);
    }
  }

  @Test
  void shouldEndTheSinkOnceWhenADrainedEndIsClosed() throws Exception {
    for (int round = 0; round < ROUNDS; round++) {
      OwnPipe pipe = pool.take();
      NioReadEnd end = new NioReadEnd(pipe, pool, LOOP);
      byte[] written = bytes(random.nextInt(300));
      OutputStream writer = new FileOutputStream(pipe.path());
      writer.write(written);
      Sink sink = new Sink();
      boolean alsoFinished = round % 2 == 0;
      together(
          () -> end.drainTo(sink),
          end::close,
          () -> {
            if (alsoFinished) {
              end.finish();
            }
          },
          writer::close);
      sink.await();
      fence();
      assertEquals(1, sink.ends.get());
      byte[] got = sink.bytes();
      assertArrayEquals(Arrays.copyOf(written, got.length), got);
      assertReleasedOnce(pipe);
    }
  }

  @Test
  void shouldWakeTheWriterWhenTheEndIsClosed() throws Exception {
    for (int round = 0; round < ROUNDS; round++) {
      Pipe pipe = Pipe.open();
      try (Pipe.SourceChannel source = pipe.source()) {
        NioWriteEnd end = new NioWriteEnd(pipe.sink());
        byte[] much = new byte[1 << 20];
        if (round % 2 == 0) {
          assertTrue(end.offer(much, 0, much.length) < much.length);
        }
        together(
            () ->
                assertEquals(
                    "Stream closed",
                    assertThrows(IOException.class, () -> end.write(much, 0, much.length))
                        .getMessage()),
            end::close,
            end::close);
        assertFalse(pipe.sink().isOpen());
        assertTrue(source.isOpen());
        assertThrows(IOException.class, () -> end.offer(much, 0, 1));
      }
    }
  }

  @Test
  void shouldLoseNothingWhenAReaderIsInterrupted() throws Exception {
    OwnPipe pipe = pool.take();
    NioReadEnd end = new NioReadEnd(pipe, pool, LOOP);
    OutputStream output = new FileOutputStream(pipe.path()); // before a read could find the end
    byte[] written = bytes(8_000);
    ByteArrayOutputStream got = new ByteArrayOutputStream();
    AtomicInteger interrupts = new AtomicInteger();
    AtomicBoolean over = new AtomicBoolean();
    CountDownLatch known = new CountDownLatch(1);
    Thread[] reader = new Thread[1];
    together(
        () -> {
          reader[0] = Thread.currentThread();
          known.countDown();
          boolean open = true;
          while (open) {
            try {
              open = readAll(end, got) >= 0;
            } catch (InterruptedIOException e) {
              assertTrue(Thread.interrupted(), "the interrupt is kept");
              interrupts.incrementAndGet();
            }
          }
          over.set(true);
        },
        () -> {
          known.await();
          while (!over.get()) {
            int seen = interrupts.get();
            reader[0].interrupt();
            while (interrupts.get() == seen && !over.get()) {
              Thread.yield();
            }
          }
        },
        () -> {
          try (output) {
            known.await();
            int done = 0;
            while (done < written.length) {
              int count = Math.min(100, written.length - done);
              output.write(written, done, count);
              done += count;
              int seen = interrupts.get();
              long patience = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(20);
              while (interrupts.get() == seen && System.nanoTime() < patience) {
                Thread.yield();
              }
            }
          }
        });
    assertTrue(interrupts.get() > 0, "no read was interrupted");
    assertArrayEquals(written, got.toByteArray());
    assertTrue(end.sawEndOfFile());
    end.close();
    assertReleasedOnce(pipe);
  }

  @Test
  void shouldLoseNothingWhenAWriterIsInterrupted() throws Exception {
    Pipe pipe = Pipe.open();
    NioWriteEnd end = new NioWriteEnd(pipe.sink());
    byte[] written = bytes(1_000_000);
    ByteArrayOutputStream got = new ByteArrayOutputStream();
    AtomicInteger interrupts = new AtomicInteger();
    AtomicBoolean over = new AtomicBoolean();
    CountDownLatch known = new CountDownLatch(1);
    Thread[] writer = new Thread[1];
    together(
        () -> {
          writer[0] = Thread.currentThread();
          known.countDown();
          int done = 0;
          while (done < written.length) {
            try {
              end.write(written, done, written.length - done);
              done = written.length;
            } catch (InterruptedIOException e) {
              assertTrue(Thread.interrupted(), "the interrupt is kept");
              interrupts.incrementAndGet();
              done += e.bytesTransferred;
            }
          }
          over.set(true);
          end.close();
        },
        () -> {
          known.await();
          while (!over.get()) {
            int seen = interrupts.get();
            writer[0].interrupt();
            while (interrupts.get() == seen && !over.get()) {
              Thread.yield();
            }
          }
        },
        () -> {
          try (Pipe.SourceChannel source = pipe.source()) {
            ByteBuffer buffer = ByteBuffer.allocate(20_000);
            while (source.read(buffer.clear()) >= 0) {
              got.write(buffer.array(), 0, buffer.position());
              int seen = interrupts.get();
              long patience = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(5);
              while (interrupts.get() == seen && System.nanoTime() < patience) {
                Thread.yield();
              }
            }
          }
        });
    assertTrue(interrupts.get() > 0, "no write was interrupted");
    assertArrayEquals(written, got.toByteArray());
    assertFalse(pipe.sink().isOpen());
  }

  @Test
  void shouldKeepTheInterruptWhenReadingUninterruptibly() throws Exception {
    for (int round = 0; round < ROUNDS; round++) {
      OwnPipe pipe = pool.take();
      NioReadEnd end = new NioReadEnd(pipe, pool, LOOP);
      OutputStream writer = new FileOutputStream(pipe.path());
      CountDownLatch known = new CountDownLatch(1);
      CountDownLatch interrupted = new CountDownLatch(1);
      Thread[] reader = new Thread[1];
      together(
          () -> {
            reader[0] = Thread.currentThread();
            known.countDown();
            byte[] one = new byte[1];
            assertEquals(1, end.readUninterruptibly(one, 0, 1));
            assertEquals(7, one[0]);
            while (interrupted.getCount() > 0) {
              Thread.yield();
            }
            assertTrue(Thread.interrupted(), "the interrupt is kept");
          },
          () -> {
            known.await();
            reader[0].interrupt();
            interrupted.countDown();
          },
          () -> {
            writer.write(7);
            writer.close();
          });
      assertEquals(-1, end.readUninterruptibly(new byte[1], 0, 1));
      end.close();
      assertReleasedOnce(pipe);
    }
  }

  @Test
  void shouldHandOutCleanPipesWhenManyThreadsShareThePool() throws Exception {
    Body user =
        () -> {
          byte[] mine = new byte[50];
          Arrays.fill(mine, (byte) Thread.currentThread().getId());
          for (int round = 0; round < ROUNDS / 3; round++) {
            OwnPipe pipe = pool.take();
            assertFalse(pipe.source().isRegistered(), "a selector still watches it");
            assertEquals(0, pipe.available());
            NioReadEnd end = new NioReadEnd(pipe, pool, LOOP);
            try (OutputStream writer = new FileOutputStream(pipe.path())) {
              writer.write(mine);
            }
            if (round % 2 == 0) {
              ByteArrayOutputStream got = new ByteArrayOutputStream();
              assertEquals(-1, readAll(end, got));
              assertArrayEquals(mine, got.toByteArray());
            } else {
              Sink sink = new Sink();
              end.drainTo(sink);
              sink.await();
              assertArrayEquals(mine, sink.bytes());
              assertTrue(sink.complete);
            }
            end.close();
          }
        };
    together(user, user, user, user);
    List<OwnPipe> idle = new ArrayList<>();
    for (int i = 0; i < PipePool.MOST_IDLE; i++) {
      OwnPipe pipe = pool.take();
      assertFalse(idle.contains(pipe), "the same pipe twice");
      assertFalse(pipe.source().isRegistered());
      idle.add(pipe);
    }
    idle.forEach(OwnPipe::close);
  }

  @Test
  void shouldLetGoOfThePipeWhenItIsDrainedAfterAReadThatWaited() throws Exception {
    OwnPipe pipe = pool.take();
    NioReadEnd end = new NioReadEnd(pipe, pool, LOOP);
    try (OutputStream writer = new FileOutputStream(pipe.path())) {
      CountDownLatch known = new CountDownLatch(1);
      Thread[] reader = new Thread[1];
      together(
          () -> {
            reader[0] = Thread.currentThread();
            known.countDown();
            assertThrows(InterruptedIOException.class, () -> end.read(new byte[1], 0, 1));
            assertTrue(Thread.interrupted());
          },
          () -> {
            known.await();
            while (!pipe.source().isRegistered()) {
              Thread.yield();
            }
            reader[0].interrupt();
          });
      writer.write(1);
    }
    Sink sink = new Sink();
    end.drainTo(sink);
    sink.await();
    assertArrayEquals(new byte[] {1}, sink.bytes());
    assertReleasedOnce(pipe);
  }

  /** The JDK may have started a process all the same, and disowned it for want of a thread. */
  @Test
  void shouldNotReadWhatAProcessWritesWhoseStartHasFailed() throws Exception {
    OwnPipes pipes = new OwnPipes();
    for (boolean error : new boolean[] {false, true}) {
      PipeSource.Wiring failed = pipes.wire();
      try (OutputStream writer = new FileOutputStream(failed.output(Stdio.PIPE, error).file())) {
        writer.write(1);
        failed.abandon();
        PipeSource.Wiring next = pipes.wire();
        try (InputStream another = new FileInputStream(next.output(Stdio.PIPE, false).file())) {
          assertEquals(0, another.available());
        } finally {
          next.abandon();
        }
      }
    }
  }

  /** The pipe was closed, or is in the pool once and as good as new. Empties the pool. */
  private void assertReleasedOnce(OwnPipe pipe) throws IOException {
    boolean pooled = pipe.source().isOpen();
    OwnPipe first = pool.take();
    OwnPipe second = pool.take();
    try {
      assertEquals(pooled, first == pipe, "open, and in the pool");
      assertNotSame(first, second, "given back twice");
      assertNotSame(pipe, second, "given back twice");
      assertFalse(first.source().isRegistered(), "a selector still watches it");
      assertEquals(-1, first.source().read(ByteBuffer.allocate(1)));
    } finally {
      first.close();
      second.close();
    }
  }

  /** Returns when the loop has done what it was asked before. */
  private void fence() throws Exception {
    OwnPipe pipe = OwnPipe.open();
    NioReadEnd end = new NioReadEnd(pipe, new PipePool(), LOOP);
    OutputStream writer = new FileOutputStream(pipe.path());
    Sink sink = new Sink();
    end.drainTo(sink);
    end.close();
    sink.await();
    writer.close();
    assertFalse(pipe.source().isOpen());
  }

  private static int readAll(NioReadEnd end, OutputStream got) throws IOException {
    byte[] buffer = new byte[64];
    int count;
    while ((count = end.read(buffer, 0, buffer.length)) > 0) {
      got.write(buffer, 0, count);
    }
    return count;
  }

  private byte[] bytes(int count) {
    byte[] bytes = new byte[count];
    random.nextBytes(bytes);
    return bytes;
  }

  private static int descriptors() {
    File directory = new File("/proc/self/fd");
    int count = 0;
    for (String name : directory.list()) {
      try {
        String target = Files.readSymbolicLink(new File(directory, name).toPath()).toString();
        if (target.startsWith("pipe:") || target.startsWith("anon_inode:")) {
          count++;
        }
      } catch (IOException closedMeanwhile) {
        // such as the one of the list itself
      }
    }
    return count;
  }

  private interface Body {
    void run() throws Exception;
  }

  /** Runs all at the same moment and waits for them; none may hang. */
  private void together(Body... bodies) throws Exception {
    CyclicBarrier start = new CyclicBarrier(bodies.length);
    List<Future<?>> running = new ArrayList<>();
    for (Body body : bodies) {
      running.add(
          threads.submit(
              () -> {
                start.await();
                body.run();
                return null;
              }));
    }
    for (Future<?> one : running) {
      one.get(PATIENCE_SECONDS, TimeUnit.SECONDS);
    }
  }

  private static final class Sink implements ChunkSink {
    private final ByteArrayOutputStream got = new ByteArrayOutputStream();
    private final AtomicInteger ends = new AtomicInteger();
    private final CountDownLatch over = new CountDownLatch(1);
    private volatile boolean complete;

    @Override
    public synchronized void chunk(ByteBuffer bytes) {
      byte[] copy = new byte[bytes.remaining()];
      bytes.get(copy);
      got.writeBytes(copy);
    }

    @Override
    public void end(boolean sawEnd, IOException failure) {
      complete = sawEnd;
      ends.incrementAndGet();
      over.countDown();
    }

    void await() throws InterruptedException {
      assertTrue(over.await(PATIENCE_SECONDS, TimeUnit.SECONDS), "the sink was never ended");
    }

    synchronized byte[] bytes() {
      return got.toByteArray();
    }
  }
}
