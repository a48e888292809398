/* SPDX-License-Identifier: Apache-2.0 */
package dev.keelson.process;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.mockito.ArgumentMatchers.any;
import static org.mockito.ArgumentMatchers.anyInt;
import static org.mockito.Mockito.atLeastOnce;
import static org.mockito.Mockito.mock;
import static org.mockito.Mockito.never;
import static org.mockito.Mockito.verify;
import static org.mockito.Mockito.when;

import dev.keelson.internal.spawn.ReadEnd;
import dev.keelson.internal.threads.Time;
import java.io.IOException;
import java.io.OutputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;
import org.mockito.ArgumentCaptor;

/** Others know an execution before its outputs are carried, and what they ask then counts. */
class OutputTest {

  private final ReadEnd end = mock(ReadEnd.class);
  private final Time time = mock(Time.class);
  private final Output.Owner owner = mock(Output.Owner.class);

  @Test
  void shouldFinishWhenThatWasAskedBeforeItBegan() {
    Output out = output(Stdout.capture());
    out.finish();
    out.begin(time, end, UTF_8, owner);
    verify(end).drainTo(any());
    verify(end).finish();
    verify(end, never()).close();
  }

  @Test
  void shouldFinishAUsersPipeWhenThatWasAskedBeforeItBegan() {
    Output out = output(Stdout.pipe());
    out.finish();
    out.begin(time, end, UTF_8, owner);
    verify(end, never()).drainTo(any());
    verify(end).finish();
  }

  @Test
  void shouldCloseItsEndWhenItWasAbandonedBeforeItBegan() {
    Output out = output(Stdout.capture());
    out.abandon();
    out.begin(time, end, UTF_8, owner);
    verify(end).close();
    verify(end, never()).finish();
  }

  @Test
  void shouldInterruptThePumpWhenItWasAbandonedBeforeItBegan() throws IOException {
    List<Boolean> interrupts = new ArrayList<>();
    Output out =
        output(
            Stdout.to(
                () -> {
                  interrupts.add(Thread.interrupted());
                  return OutputStream.nullOutputStream();
                }));
    out.abandon();
    begun(out).run();
    assertEquals(List.of(true), interrupts);
    verify(end, atLeastOnce()).close();
    verify(owner).ended(out, false, null);
  }

  @Test
  void shouldInterruptThePumpOnceWhenItIsAbandonedTwice() throws IOException {
    List<Boolean> interrupts = new ArrayList<>();
    List<Output> outs = new ArrayList<>();
    Supplier<OutputStream> sink =
        () -> {
          for (int i = 0; i < 2; i++) {
            outs.get(0).abandon();
            interrupts.add(Thread.interrupted());
          }
          return OutputStream.nullOutputStream();
        };
    outs.add(output(Stdout.to(sink)));
    begun(outs.get(0)).run();
    assertEquals(List.of(true, false), interrupts);
  }

  /** Begins, and gives what a thread is wanted for. */
  private Runnable begun(Output out) throws IOException {
    when(end.read(any(), anyInt(), anyInt())).thenReturn(-1);
    ArgumentCaptor<Runnable> task = ArgumentCaptor.forClass(Runnable.class);
    out.begin(time, end, UTF_8, owner);
    verify(time).execute(task.capture());
    return task.getValue();
  }

  private static Output output(Stdout stdout) {
    return new Output(stdout.target(), false, Command.of("true").stdout(stdout).settings());
  }
}
