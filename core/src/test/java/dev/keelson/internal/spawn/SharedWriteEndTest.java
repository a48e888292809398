/* SPDX-License-Identifier: Apache-2.0 */
package dev.keelson.internal.spawn;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What comes between two steps of the one who has the turn, with a pipe that lets it. */
@Tag("process")
@Timeout(60)
class SharedWriteEndTest {

  @Test
  void shouldLetGoOfThePipeWhenItIsClosedBehindAWriterThatIsDone() throws Exception {
    Steps steps = new Steps(4);
    steps.meanwhile = steps::close;
    steps.write(new byte[4], 0, 4);
    assertEquals(1, steps.letGo);
    steps.close();
    assertEquals(1, steps.letGo);
    assertThrows(IOException.class, () -> steps.write(new byte[4], 0, 4));
  }

  @Test
  void shouldLetGoOfThePipeWhenItIsClosedBehindAnOffer() throws Exception {
    Steps steps = new Steps(2, 0);
    steps.meanwhile = steps::close;
    assertThrows(IOException.class, () -> steps.offer(new byte[4], 0, 4));
    assertEquals(1, steps.letGo);
  }

  @Test
  void shouldSayHowMuchWasWrittenWhenItIsInterrupted() {
    Steps steps = new Steps(3, 0);
    steps.before = Thread.currentThread()::interrupt;
    InterruptedIOException e =
        assertThrows(InterruptedIOException.class, () -> steps.write(new byte[4], 0, 4));
    assertTrue(Thread.interrupted());
    assertEquals(3, e.bytesTransferred);
  }

  /** A pipe that takes what it is told to, step by step. */
  private static final class Steps extends SharedWriteEnd<String> {

    private final Deque<Integer> answers;
    private Runnable meanwhile = () -> {};
    private Runnable before = () -> {};
    private int letGo;

    Steps(Integer... answers) {
      super("pipe");
      this.answers = new ArrayDeque<>(List.of(answers));
    }

    @Override
    protected int writeSome(String pipe, byte[] source, int offset, int length) {
      Runnable task = meanwhile;
      meanwhile = () -> {};
      Elsewhere.run(task);
      before.run();
      return answers.remove();
    }

    @Override
    protected void await(String pipe) {
      throw new AssertionError("there is nothing to wait for");
    }

    @Override
    protected void wake() {}

    @Override
    protected void letGo(String pipe) {
      letGo++;
    }
  }
}
