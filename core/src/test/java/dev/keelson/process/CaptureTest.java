/* SPDX-License-Identifier: Apache-2.0 */
package dev.keelson.process;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** A capture keeps exactly what it says, in whatever pieces the bytes come. */
class CaptureTest {

  @Test
  void shouldKeepHeadAndTailWhateverThePieces() {
    Random random = new Random(7);
    for (int round = 0; round < 2_000; round++) {
      int half = 1 + random.nextInt(40);
      int limit = 2 * half + random.nextInt(2);
      byte[] all = bytes(random, random.nextInt(5 * limit));
      Capture capture = Capture.withHole(limit, half);

      boolean within = feed(capture, all, random);

      assertEquals(all.length <= limit, within);
      assertEquals(all.length > limit, capture.truncated());
      assertArrayEquals(all.length <= limit ? all : ends(all, half), capture.bytes());
    }
  }

  @Test
  void shouldKeepOnlyTheHeadWhenThereIsALimitWithoutAHole() {
    Random random = new Random(8);
    for (int round = 0; round < 500; round++) {
      int limit = random.nextInt(100);
      byte[] all = bytes(random, random.nextInt(300));
      Capture capture = Capture.upTo(limit);

      feed(capture, all, random);

      assertEquals(all.length > limit, capture.truncated());
      assertArrayEquals(Arrays.copyOf(all, Math.min(limit, all.length)), capture.bytes());
    }
  }

  private static boolean feed(Capture capture, byte[] all, Random random) {
    boolean within = true;
    for (int at = 0; at < all.length; ) {
      int count = Math.min(all.length - at, 1 + random.nextInt(50));
      ByteBuffer piece = ByteBuffer.wrap(all, at, count);
      within = capture.add(piece);
      assertEquals(0, piece.remaining(), "every byte is taken");
      at += count;
    }
    return within;
  }

  private static byte[] bytes(Random random, int count) {
    byte[] bytes = new byte[count];
    random.nextBytes(bytes);
    return bytes;
  }

  private static byte[] ends(byte[] all, int half) {
    ByteArrayOutputStream ends = new ByteArrayOutputStream();
    ends.write(all, 0, half);
    ends.write(all, all.length - half, half);
    return ends.toByteArray();
  }
}
