/* SPDX-License-Identifier: Apache-2.0 */
package dev.keelson.process;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.concurrent.TimeUnit.SECONDS;
import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotSame;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.mockito.ArgumentMatchers.any;
import static org.mockito.ArgumentMatchers.anyLong;
import static org.mockito.ArgumentMatchers.same;
import static org.mockito.Mockito.doAnswer;
import static org.mockito.Mockito.inOrder;
import static org.mockito.Mockito.mock;
import static org.mockito.Mockito.never;
import static org.mockito.Mockito.timeout;
import static org.mockito.Mockito.times;
import static org.mockito.Mockito.verify;
import static org.mockito.Mockito.verifyNoInteractions;
import static org.mockito.Mockito.verifyNoMoreInteractions;
import static org.mockito.Mockito.when;

import dev.keelson.internal.spawn.ChunkSink;
import dev.keelson.internal.spawn.ExitReport;
import dev.keelson.internal.spawn.ReadEnd;
import dev.keelson.internal.spawn.SpawnEngine;
import dev.keelson.internal.spawn.Spawned;
import dev.keelson.internal.spawn.TreeReport;
import dev.keelson.internal.threads.Time;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.function.Executable;
import org.mockito.ArgumentCaptor;
import org.mockito.InOrder;

/** The seams that users and our own tests replace: the engine, the listener and the launcher. */
@Timeout(120)
class LauncherSeamTest {

  private static final Command COMMAND = Command.of("keelson-no-such-program", "an argument");

  private final SpawnEngine engine = mock(SpawnEngine.class);
  private final Spawned process = mock(Spawned.class);
  private final LaunchListener listener = mock(LaunchListener.class);

  private Launcher launcher() {
    when(engine.name()).thenReturn("mock");
    when(engine.time()).thenReturn(Time.SYSTEM);
    return Launcher.builder()
        .engine(engine)
        .orphanGuard(false)
        .executor(Runnable::run) // called by a worker of Keelson's all the same
        .listener(listener)
        .build();
  }

  private void ended(int code) throws Exception {
    ReadEnd stdout = silent("out");
    ReadEnd stderr = silent("err");
    when(process.pid()).thenReturn(4_000_000_000L);
    when(process.startedAt()).thenReturn(Instant.EPOCH);
    when(process.exit()).thenReturn(ExitReport.exited(code));
    when(process.awaitExit(anyLong())).thenReturn(true);
    when(process.endTree(any())).thenReturn(TreeReport.NOTHING);
    when(process.stdout()).thenReturn(stdout);
    when(process.stderr()).thenReturn(stderr);
    when(engine.spawn(any())).thenReturn(process);
  }

  /** An end that has written all it will when it is asked. */
  private static ReadEnd silent(String text) {
    ReadEnd end = mock(ReadEnd.class);
    when(end.sawEndOfFile()).thenReturn(true);
    doAnswer(
            call -> {
              ChunkSink sink = call.getArgument(0);
              sink.chunk(ByteBuffer.wrap(text.getBytes(UTF_8)));
              sink.end(true, null);
              return null;
            })
        .when(end)
        .drainTo(any());
    return end;
  }

  @Test
  void shouldSayCommandNotFoundWhenTheEngineFindsNoFile() throws Exception {
    IOException refusal = new IOException("error=2, No such file or directory");
    when(engine.spawn(any())).thenThrow(refusal);
    try (Launcher launcher = launcher()) {
      LaunchException.CommandNotFound failure =
          assertThrows(LaunchException.CommandNotFound.class, () -> launcher.run(COMMAND));
      assertSame(refusal, failure.getCause());
      verify(listener, timeout(30_000)).failed(same(COMMAND), same(failure));
      assertEquals(Set.of(), launcher.children());
    }
    verifyNoMoreInteractions(listener);
    verify(engine).spawn(any());
    verify(engine, never()).link();
  }

  @Test
  void shouldGiveThePlaceBackWhenTheStartFails() throws Exception {
    when(engine.name()).thenReturn("mock");
    when(engine.time()).thenReturn(Time.SYSTEM);
    when(engine.spawn(any())).thenThrow(new IOException("error=2, No such file or directory"));
    try (Launcher launcher =
        Launcher.builder().engine(engine).orphanGuard(false).maxConcurrent(1).build()) {
      for (int i = 0; i < 3; i++) {
        assertThrows(LaunchException.CommandNotFound.class, () -> launcher.run(COMMAND));
      }
    }
  }

  @Test
  void shouldGiveAllPlacesBackWhenAPipelineIsCancelledAsItsTurnComes() throws Exception {
    when(engine.time()).thenReturn(Time.SYSTEM);
    try (DefaultLauncher launcher =
        (DefaultLauncher)
            Launcher.builder().engine(engine).orphanGuard(false).maxConcurrent(2).build()) {
      CommandFuture cancelled = new CommandFuture(launcher.events().callbacks());
      assertTrue(cancelled.cancel(true));
      PipelineRun.start(launcher, COMMAND.pipe(COMMAND), cancelled);
      assertTrue(launcher.permits().acquire(2, TimeUnit.SECONDS.toNanos(10)));
    }
    verify(engine, never()).spawn(any());
  }

  @Test
  void shouldNotStartLaterWhatFailedToBeginForWantOfATimer() throws Exception {
    ended(0);
    AtomicBoolean over = new AtomicBoolean();
    AtomicBoolean failing = new AtomicBoolean();
    List<Runnable> atExit = new CopyOnWriteArrayList<>();
    when(process.exit()).thenAnswer(call -> over.get() ? ExitReport.exited(0) : null);
    doAnswer(
            call -> {
              atExit.add(call.getArgument(0));
              if (over.get()) {
                atExit.forEach(Runnable::run);
              }
              return null;
            })
        .when(process)
        .onExit(any());
    Time time =
        mock(
            Time.class,
            call -> {
              if (call.getMethod().getName().equals("schedule")
                  && failing.compareAndSet(true, false)) {
                throw new OutOfMemoryError("unable to create native thread");
              }
              return call.getMethod().invoke(Time.SYSTEM, call.getArguments());
            });
    when(engine.name()).thenReturn("mock");
    when(engine.time()).thenReturn(time);
    try (Launcher launcher =
            Launcher.builder().engine(engine).orphanGuard(false).maxConcurrent(1).build();
        Child first = launcher.start(COMMAND)) {
      failing.set(true);
      Command late = COMMAND.timeout(Duration.ofHours(1));
      assertThrows(OutOfMemoryError.class, () -> launcher.runAsync(late));

      over.set(true);
      atExit.forEach(Runnable::run);
      launcher.run(COMMAND); // behind the other one

      verify(engine, times(2)).spawn(any());
      assertEquals(new ExitStatus.Exited(0), first.await());
    }
  }

  @Test
  void shouldSayThatThreadsAreShortAndLeaveNothingWhenNoTimerCanBeHad() throws Exception {
    ended(0);
    AtomicBoolean over = new AtomicBoolean();
    when(process.exit()).thenAnswer(call -> over.get() ? ExitReport.signaled(9) : null);
    when(process.endTree(any()))
        .thenAnswer(
            call -> {
              over.set(true);
              return TreeReport.NOTHING;
            });
    Time time =
        mock(
            Time.class,
            call -> {
              if (call.getMethod().getName().equals("schedule")) {
                throw new OutOfMemoryError("unable to create native thread");
              }
              return call.getMethod().invoke(Time.SYSTEM, call.getArguments());
            });
    when(engine.name()).thenReturn("mock");
    when(engine.time()).thenReturn(time);
    Command late = COMMAND.timeout(Duration.ofHours(1));
    try (Launcher launcher =
        Launcher.builder()
            .engine(engine)
            .orphanGuard(false)
            .maxConcurrent(2)
            .listener(listener)
            .build()) {
      List<Executable> starts =
          List.of(
              () -> launcher.start(late),
              () -> launcher.run(late.pipe(COMMAND)),
              () -> {
                CompletableFuture<Result> future = launcher.runAsync(late);
                throw assertThrows(ExecutionException.class, () -> future.get(30, SECONDS))
                    .getCause();
              });
      for (Executable start : starts) {
        over.set(false);
        LaunchException.ResourceLimit refused =
            assertThrows(LaunchException.ResourceLimit.class, start);
        assertEquals(11, refused.errno());
        assertTrue(over.get(), "it lives on");
        long from = System.nanoTime();
        while (!launcher.children().isEmpty() && System.nanoTime() - from < SECONDS.toNanos(30)) {
          Thread.onSpinWait(); // a worker that ended one has the last word
        }
        assertEquals(Set.of(), launcher.children());
      }
      verify(listener, timeout(30_000).times(starts.size())).failed(any(), any());
    }
  }

  /** An output that somebody holds is given up by the clock, and whoever waits can look at one. */
  @Test
  void shouldGiveTheResultWhenNoTimerCanBeHadAndAnOutputIsHeld() throws Exception {
    ended(0);
    ReadEnd held = mock(ReadEnd.class);
    doAnswer(
            call -> {
              ChunkSink sink = call.getArgument(0);
              doAnswer(
                      finish -> {
                        sink.end(false, null);
                        return null;
                      })
                  .when(held)
                  .finish();
              return null;
            })
        .when(held)
        .drainTo(any());
    when(process.stdout()).thenReturn(held);
    AtomicBoolean over = new AtomicBoolean();
    AtomicInteger refused = new AtomicInteger();
    when(process.exit()).thenAnswer(call -> over.get() ? ExitReport.exited(0) : null);
    Time time =
        mock(
            Time.class,
            call -> {
              if (call.getMethod().getName().equals("schedule")) {
                refused.incrementAndGet();
                throw new OutOfMemoryError("unable to create native thread");
              }
              return call.getMethod().invoke(Time.SYSTEM, call.getArguments());
            });
    when(engine.name()).thenReturn("mock");
    when(engine.time()).thenReturn(time);
    Command draining = COMMAND.drain(Drain.graceful(Duration.ofMillis(1_500)));
    try (Launcher launcher = Launcher.builder().engine(engine).orphanGuard(false).build();
        Child child = launcher.start(draining)) {
      over.set(true);
      assertEquals(new ExitStatus.Exited(0), child.result().status());
      assertTrue(refused.get() > 0, "nobody needed a timer");
    }
  }

  /** Whoever got the place could see who had it before. */
  @Test
  void shouldForgetAChildBeforeItsPlaceIsGivenBack() throws Exception {
    ended(0);
    AtomicBoolean over = new AtomicBoolean();
    List<Runnable> atExit = new CopyOnWriteArrayList<>();
    when(process.exit()).thenAnswer(call -> over.get() ? ExitReport.exited(0) : null);
    doAnswer(
            call -> {
              Runnable action = call.getArgument(0);
              if (over.get()) {
                action.run();
              } else {
                atExit.add(action);
              }
              return null;
            })
        .when(process)
        .onExit(any());
    Time time =
        mock(
            Time.class,
            call -> {
              if (call.getMethod().getName().equals("execute")) {
                call.<Runnable>getArgument(0).run(); // as soon as there is a place
                return null;
              }
              return call.getMethod().invoke(Time.SYSTEM, call.getArguments());
            });
    when(engine.name()).thenReturn("mock");
    when(engine.time()).thenReturn(time);
    try (Launcher launcher =
        Launcher.builder().engine(engine).orphanGuard(false).maxConcurrent(1).build()) {
      List<Set<Child>> others = new CopyOnWriteArrayList<>();
      when(engine.spawn(any()))
          .thenAnswer(
              call -> {
                others.add(launcher.children());
                return process;
              });
      CompletableFuture<Result> first = launcher.runAsync(COMMAND);
      CompletableFuture<Result> second = launcher.runAsync(COMMAND);
      assertEquals(1, others.size(), "there is one place");

      over.set(true);
      atExit.forEach(Runnable::run);
      assertEquals(0, first.get(30, SECONDS).exitCode());
      assertEquals(0, second.get(30, SECONDS).exitCode());
      assertEquals(List.of(Set.of(), Set.of()), others, "who lived at each start");
    }
  }

  @Test
  void shouldTellOnceWhenABatchFileIsRefused() throws Exception {
    String system = System.getProperty("os.name");
    try (Launcher launcher = launcher()) {
      System.setProperty("os.name", "Windows 11");
      Command command = Command.of("a.bat", "x&y");
      LaunchException.Refused refused =
          assertThrows(LaunchException.Refused.class, () -> launcher.run(command));
      assertNull(refused.getCause(), refused.getMessage());
      verify(listener, timeout(30_000)).failed(same(command), same(refused));
    } finally {
      System.setProperty("os.name", system);
    }
    verifyNoMoreInteractions(listener);
    verify(engine, never()).spawn(any());
  }

  @Test
  void shouldNotBlameThePropertyWhenABuilderNamesNoEngine() {
    Launcher.Builder builder = Launcher.builder().engine("steam");
    String said = assertThrows(IllegalArgumentException.class, builder::build).getMessage();
    assertTrue(said.startsWith("the engine is \"steam\"; it must be auto"), said);
  }

  @Test
  void shouldReturnTheStatusWhenTheProcessHasEnded() throws Exception {
    ended(3);
    try (Launcher launcher = launcher()) {
      Result result = launcher.run(COMMAND.expectExit(3));
      assertEquals(new ExitStatus.Exited(3), result.status());
      assertEquals("out", result.stdoutText());
      assertEquals("err", result.stderrText());
      verify(listener, timeout(30_000)).ended(any(), any());
      assertEquals(Set.of(), launcher.children());

      ArgumentCaptor<Child> started = ArgumentCaptor.forClass(Child.class);
      ArgumentCaptor<Child> over = ArgumentCaptor.forClass(Child.class);
      ArgumentCaptor<Result> reported = ArgumentCaptor.forClass(Result.class);
      InOrder order = inOrder(listener);
      order.verify(listener).started(started.capture());
      order.verify(listener).ended(over.capture(), reported.capture());
      verifyNoMoreInteractions(listener);
      assertSame(started.getValue(), over.getValue());
      assertEquals(4_000_000_000L, over.getValue().pid());
      assertEquals(new ExitStatus.Exited(3), reported.getValue().status());
    }
  }

  @Test
  void shouldThrowAndStillReportTheEndWhenTheStatusIsUnexpected() throws Exception {
    ended(3);
    try (Launcher launcher = launcher()) {
      CommandFailedException failure =
          assertThrows(CommandFailedException.class, () -> launcher.run(COMMAND));
      assertEquals(new ExitStatus.Exited(3), failure.result().status());
      verify(listener, timeout(30_000)).ended(any(), any());
      InOrder order = inOrder(listener);
      order.verify(listener).started(any());
      order.verify(listener).ended(any(), any());
      verifyNoMoreInteractions(listener);
    }
  }

  @Test
  void shouldRefuseToStartWhenTheLauncherIsClosed() throws Exception {
    Launcher launcher = launcher();
    launcher.close();
    assertThrows(IllegalStateException.class, () -> launcher.run(COMMAND));
    verify(engine, never()).spawn(any());
    verifyNoInteractions(listener);
  }

  @Test
  void shouldPassTheCommandItselfWhenALauncherIsInPlace() throws Exception {
    Launcher system = Launcher.system();
    Launcher mock = mock(Launcher.class);
    Result result = Result.builder().status(new ExitStatus.Exited(0)).build();
    CompletableFuture<Result> future = CompletableFuture.completedFuture(result);
    Child child = mock(Child.class);
    when(mock.run(same(COMMAND))).thenReturn(result);
    when(mock.runAsync(same(COMMAND))).thenReturn(future);
    when(mock.start(same(COMMAND))).thenReturn(child);
    try (Launcher.Substitution scope = Launcher.override(mock)) {
      assertSame(mock, Launcher.system());
      assertSame(result, COMMAND.run());
      assertSame(future, COMMAND.runAsync());
      assertSame(child, COMMAND.start());
    }
    assertSame(system, Launcher.system());
    assertNotSame(mock, Launcher.system());
    verify(mock).run(same(COMMAND));
    verify(mock).runAsync(same(COMMAND));
    verify(mock).start(same(COMMAND));
    verifyNoMoreInteractions(mock); // nor is it closed
  }

  @Test
  void shouldRefuseWhenOverridesAreClosedOutOfOrder() {
    Launcher system = Launcher.system();
    List<Launcher> mocks = List.of(mock(Launcher.class), mock(Launcher.class));
    Launcher.Substitution outer = Launcher.override(mocks.get(0));
    Launcher.Substitution inner = Launcher.override(mocks.get(1));
    try {
      IllegalStateException refusal = assertThrows(IllegalStateException.class, outer::close);
      assertTrue(refusal.getMessage().contains("reverse order"), refusal.getMessage());
      assertSame(mocks.get(1), Launcher.system());
      inner.close();
      assertSame(mocks.get(0), Launcher.system());
      assertDoesNotThrow(inner::close);
      assertSame(mocks.get(0), Launcher.system());
    } finally {
      inner.close();
      outer.close();
    }
    assertSame(system, Launcher.system());
    assertDoesNotThrow(outer::close);
  }
}
