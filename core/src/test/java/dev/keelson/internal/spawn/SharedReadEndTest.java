/* SPDX-License-Identifier: Apache-2.0 */
package dev.keelson.internal.spawn;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.List;
import javax.annotation.Nullable;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What comes between two steps of the one who has the turn, with a pipe that lets it. */
@Tag("process")
@Timeout(60)
class SharedReadEndTest {

  private final Steps steps = new Steps();

  @Test
  void shouldLetGoOfThePipeWhenItIsClosedBehindAReaderThatHasItsBytes() throws Exception {
    steps.then(1).meanwhile(steps::close);
    assertEquals(1, steps.read(new byte[4], 0, 4));
    assertEquals(List.of("let go"), steps.told);
    assertThrows(IOException.class, () -> steps.read(new byte[4], 0, 4));
  }

  @Test
  void shouldKeepWhatThePipeHoldsWhenItIsFinishedBehindAReaderThatHasItsBytes() throws Exception {
    steps.then(1).then(3).then(-1).meanwhile(steps::finish);
    assertEquals(1, steps.read(new byte[4], 0, 4));
    assertEquals(List.of("let go at its end"), steps.told);
    byte[] rest = new byte[4];
    assertEquals(3, steps.read(rest, 0, 4));
    assertArrayEquals(new byte[] {3, 3, 3, 0}, rest);
    assertEquals(-1, steps.read(rest, 0, 4));
    assertTrue(steps.sawEndOfFile());
  }

  @Test
  void shouldKeepWhatWasReadWhenThePipeFailsWhileItIsFinished() throws Exception {
    steps.then(2).fails();
    steps.finish();
    assertEquals(List.of("let go"), steps.told);
    assertEquals(2, steps.available());
    assertEquals(2, steps.read(new byte[4], 0, 4));
    assertEquals(-1, steps.read(new byte[4], 0, 4));
    assertFalse(steps.sawEndOfFile());
  }

  @Test
  void shouldFinishWhenItIsAskedAgainAfterThereWasNoMemory() throws Exception {
    steps.then(2).starves().then(-1);
    assertThrows(OutOfMemoryError.class, steps::finish);
    assertEquals(List.of(), steps.told);
    steps.finish();
    assertEquals(List.of("let go at its end"), steps.told);
    assertEquals(2, steps.read(new byte[4], 0, 4));
  }

  @Test
  void shouldPassOnWhatAFinishTookThatFoundNoMemoryToGoOn() {
    steps.then(2).starves();
    assertThrows(OutOfMemoryError.class, steps::finish);
    Sink sink = new Sink(2);
    steps.drainTo(sink);
    assertEquals(0, sink.wanted);
    assertEquals(List.of("drains", "ceases with the rest"), steps.told);
  }

  @Test
  void shouldLetGoOfThePipeWhenTheSinkHasNoRoomForThat() {
    steps.then(2).starves();
    assertThrows(OutOfMemoryError.class, steps::finish);
    assertThrows(IllegalStateException.class, () -> steps.drainTo(new Sink(0)));
    assertEquals(List.of("let go"), steps.told);
  }

  @Test
  void shouldTellTheLoopWhatWasAskedBeforeItHadThePipe() {
    steps.beforeTheLoop = steps::finish;
    steps.drainTo(new Sink(0));
    assertEquals(List.of("drains", "ceases with the rest"), steps.told);
    steps.close();
    assertEquals("ceases", steps.told.get(2));
  }

  /** A pipe that says what it is told to, step by step. */
  private static final class Steps extends SharedReadEnd<String> {

    private static final int NO_MEMORY = Integer.MIN_VALUE;

    final List<String> told = new ArrayList<>();
    private final Deque<Integer> answers = new ArrayDeque<>();
    private Runnable meanwhile = () -> {};
    private Runnable beforeTheLoop = () -> {};
    private boolean fails;
    private boolean drains;

    Steps() {
      super("pipe");
    }

    /** No memory, once. */
    Steps starves() {
      return then(NO_MEMORY);
    }

    Steps then(int count) {
      answers.add(count);
      return this;
    }

    /** Done by another thread during the first read. */
    void meanwhile(Runnable task) {
      meanwhile = task;
    }

    void fails() {
      fails = true;
    }

    @Override
    protected int readSome(String pipe, byte[] target, int offset, int length) throws IOException {
      Runnable task = meanwhile;
      meanwhile = () -> {};
      Elsewhere.run(task);
      Integer count = answers.poll();
      if (count == null && fails) {
        throw new IOException("injected");
      }
      if (count != null && count == NO_MEMORY) {
        throw new OutOfMemoryError("injected");
      }
      if (count == null || count < 0) {
        return count == null ? 0 : -1;
      }
      Arrays.fill(target, offset, offset + count, count.byteValue());
      return count;
    }

    @Override
    protected void await(String pipe) {
      throw new AssertionError("there is nothing to wait for");
    }

    @Override
    protected void wake() {}

    @Override
    protected int available(String pipe) {
      return atMost(pipe);
    }

    @Override
    protected int atMost(String pipe) {
      return answers.stream().mapToInt(count -> Math.max(0, count)).sum();
    }

    @Override
    protected void letGo(String pipe, boolean sawEnd) {
      told.add(sawEnd ? "let go at its end" : "let go");
    }

    @Override
    protected void drain(String pipe, ChunkSink sink) {
      beforeTheLoop.run();
      drains = true;
      told.add("drains");
    }

    @Override
    protected void cease(boolean takeResidue) {
      if (drains) {
        told.add(takeResidue ? "ceases with the rest" : "ceases");
      }
    }
  }

  private static final class Sink implements ChunkSink {
    int wanted;

    Sink(int wanted) {
      this.wanted = wanted;
    }

    @Override
    public void chunk(ByteBuffer bytes) {
      if (bytes.remaining() > wanted) {
        throw new IllegalStateException("no room");
      }
      wanted -= bytes.remaining();
    }

    @Override
    public void end(boolean sawEndOfFile, @Nullable IOException failure) {
      throw new AssertionError("nobody reads");
    }
  }
}
