/* SPDX-License-Identifier: Apache-2.0 */
package dev.keelson.wake;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.keelson.testkit.NoLeaks;
import dev.keelson.testkit.stress.Size;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.Arrays;
import java.util.Random;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** Files that are read and written in pieces, cancelled at random moments. */
@Tag("process")
@EnabledOnOs(OS.LINUX)
@Timeout(120)
@NoLeaks
class InterruptibleFileTest {

  private static final Duration LONG = Duration.ofSeconds(50);
  private final Waker waker = Waker.create();

  @TempDir Path directory;

  @Test
  void shouldKeepAFileOpenThroughInterruptsAndWakes() throws Exception {
    byte[] bytes = new byte[5 << 20];
    new Random(2).nextBytes(bytes);
    try (InterruptibleIo io = InterruptibleIo.with(waker);
        FileChannel file =
            FileChannel.open(
                directory.resolve("index"),
                StandardOpenOption.CREATE,
                StandardOpenOption.READ,
                StandardOpenOption.WRITE)) {
      assertEquals(bytes.length, io.write(file, ByteBuffer.wrap(bytes), 7, LONG));
      ByteBuffer all = ByteBuffer.allocate(bytes.length + 100);
      assertEquals(bytes.length, io.read(file, all, 7, LONG));
      assertArrayEquals(bytes, Arrays.copyOf(all.array(), bytes.length));
      assertEquals(-1, io.read(file, ByteBuffer.allocate(1), bytes.length + 7L, LONG));
      Random random = new Random(Size.seed());
      Thread me = Thread.currentThread();
      int cancelled = 0;
      for (int i = 0; i < 40 || (cancelled == 0 && i < 10_000); i++) {
        boolean wakes = i % 2 == 0;
        FutureTask<Void> canceller =
            new FutureTask<>(
                () -> {
                  TimeUnit.MICROSECONDS.sleep(random.nextInt(2_000));
                  if (wakes) {
                    waker.wake(1);
                  } else {
                    me.interrupt();
                  }
                  return null;
                });
        new Thread(canceller, "canceller").start();
        boolean writes = i % 4 < 2;
        ByteBuffer buffer = writes ? ByteBuffer.wrap(bytes) : ByteBuffer.allocate(bytes.length);
        try {
          if (writes) {
            io.write(file, buffer, 7, LONG);
          } else {
            io.read(file, buffer, 7, LONG);
          }
        } catch (IoCancelledException | InterruptedException e) {
          cancelled++;
        }
        while (true) {
          try {
            canceller.get(30, TimeUnit.SECONDS);
            break;
          } catch (InterruptedException late) {
            // it was not in time for the operation
          }
        }
        Thread.interrupted();
        waker.tryTake();
        assertTrue(file.isOpen());
        for (int at = 0; at < buffer.position(); at += 4_001) {
          assertEquals(bytes[at], buffer.get(at));
        }
      }
      assertTrue(cancelled > 0, "nothing was ever cancelled in time");
    }
  }
}
