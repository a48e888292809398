/* SPDX-License-Identifier: Apache-2.0 */
package dev.keelson.testkit.faults;

import static java.time.Duration.ofMillis;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.keelson.process.Command;
import dev.keelson.process.CommandException;
import dev.keelson.process.CommandTimedOutException;
import dev.keelson.process.Result;
import dev.keelson.process.Stdin;
import dev.keelson.process.Stdout;
import dev.keelson.testkit.NoLeaks;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** A consumer, sink or input of the user's that fails ends the run with what it threw. */
@Tag("process")
@EnabledOnOs(OS.LINUX)
@Timeout(60)
@NoLeaks(withinMillis = 10_000)
class UserFaultsTest {

  private static final Command TALKS =
      Command.shell("echo one; echo two; exec sleep 30").grace(ofMillis(50));

  static Stream<Throwable> throwables() {
    return Stream.of(
        new IllegalStateException("mine"),
        new StackOverflowError("mine"),
        new OutOfMemoryError("mine"),
        new InterruptedException("mine"), // thrown past the compiler, as other languages do
        new IOException("mine"),
        new Throwable("mine"));
  }

  @ParameterizedTest
  @MethodSource("throwables")
  void shouldEndTheRunWithWhatTheConsumerThrew(Throwable mine) {
    Consumer<String> consumer = line -> UserFaultsTest.<RuntimeException>sneak(mine);
    CommandException e =
        assertThrows(CommandException.class, TALKS.stdout(Stdout.lines(consumer))::run);
    assertSame(mine, e.getCause());
    assertTrue(e.getMessage().contains("mine"), e.getMessage());
  }

  @ParameterizedTest
  @MethodSource("throwables")
  void shouldEndTheRunWithWhatTheInputThrew(Throwable mine) {
    InputStream input =
        new InputStream() {
          @Override
          public int read() {
            UserFaultsTest.<RuntimeException>sneak(mine);
            return -1;
          }
        };
    CommandException e =
        assertThrows(CommandException.class, TALKS.stdin(Stdin.stream(() -> input))::run);
    assertSame(mine, e.getCause());
  }

  @ParameterizedTest
  @MethodSource("throwables")
  void shouldEndTheRunWithWhatASupplierThrew(Throwable mine) {
    Command out =
        TALKS.stdout(
            Stdout.to(
                () -> {
                  UserFaultsTest.<RuntimeException>sneak(mine);
                  return OutputStream.nullOutputStream();
                }));
    assertSame(mine, assertThrows(CommandException.class, out::run).getCause());
    Command in =
        TALKS.stdin(
            Stdin.stream(
                () -> {
                  UserFaultsTest.<RuntimeException>sneak(mine);
                  return InputStream.nullInputStream();
                }));
    assertSame(mine, assertThrows(CommandException.class, in::run).getCause());
  }

  @Test
  void shouldNameTheSupplierThatGaveNull() {
    CommandException out =
        assertThrows(CommandException.class, TALKS.stdout(Stdout.to(() -> null))::run);
    assertTrue(out.getCause().getMessage().contains("Stdout.to"), out.getMessage());
    CommandException in =
        assertThrows(CommandException.class, TALKS.stdin(Stdin.stream(() -> null))::run);
    assertTrue(in.getCause().getMessage().contains("Stdin.stream"), in.getMessage());
  }

  @Test
  void shouldTellOfAFullDisk() {
    Command command = TALKS.stdout(Stdout.to(() -> open("/dev/full")));
    CommandException e = assertThrows(CommandException.class, command::run);
    assertTrue(e.getMessage().contains("No space left"), e.getMessage());
  }

  @Test
  void shouldCloseTheOthersWhenOneOfSeveralSinksFails() {
    AtomicBoolean closed = new AtomicBoolean();
    OutputStream other =
        new OutputStream() {
          @Override
          public void write(int b) {}

          @Override
          public void close() {
            closed.set(true);
          }
        };
    Command command =
        TALKS.stdout(
            Stdout.tee(
                Stdout.to(() -> other), Stdout.to(() -> open("/dev/full")), Stdout.capture()));
    CommandException e = assertThrows(CommandException.class, command::run);
    assertTrue(e.getMessage().contains("No space left"), e.getMessage());
    assertTrue(closed.get());
  }

  @Test
  void shouldCloseTheOtherSinksWhenOneThrowsAnErrorAtTheEnd() {
    AtomicBoolean closed = new AtomicBoolean();
    StackOverflowError mine = new StackOverflowError("mine");
    OutputStream bad =
        new OutputStream() {
          @Override
          public void write(int b) {}

          @Override
          public void flush() {
            throw mine;
          }
        };
    OutputStream other =
        new OutputStream() {
          @Override
          public void write(int b) {}

          @Override
          public void close() {
            closed.set(true);
          }
        };
    Command command =
        Command.of("echo", "x").stdout(Stdout.tee(Stdout.to(() -> bad), Stdout.to(() -> other)));
    CommandException e = assertThrows(CommandException.class, command::run);
    assertSame(mine, e.getCause());
    assertTrue(closed.get());
  }

  @Test
  void shouldLetAConsumerRunAnotherCommand() throws Exception {
    StringBuffer heard = new StringBuffer();
    Consumer<String> consumer =
        line -> {
          try {
            Result inner = Command.of("echo", "inner " + line).run();
            heard.append(inner.stdoutText());
          } catch (CommandException | InterruptedException e) {
            throw new IllegalStateException(e);
          }
        };
    Command.shell("echo 1; echo 2; echo 3").stdout(Stdout.lines(consumer)).run();
    assertEquals("inner 1\ninner 2\ninner 3\n", heard.toString());
  }

  @Test
  void shouldKeepTheDeadlineWhenAConsumerBlocks() throws Exception {
    CountDownLatch never = new CountDownLatch(1);
    Consumer<String> consumer =
        line -> {
          try {
            never.await();
          } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
          }
        };
    Command command = TALKS.stdout(Stdout.lines(consumer)).timeout(ofMillis(100));
    assertThrows(CommandTimedOutException.class, command::run);
  }

  /** An input that waits for ever says so by an exception when it is interrupted: too late. */
  @Test
  void shouldNotMindThatAnInputWasStillWaitingWhenTheChildEnded() throws Exception {
    for (int round = 0; round < 100; round++) {
      CountDownLatch never = new CountDownLatch(1);
      InputStream input =
          new InputStream() {
            @Override
            public int read() throws IOException {
              try {
                never.await();
                return -1;
              } catch (InterruptedException e) {
                throw new java.io.InterruptedIOException("interrupted");
              }
            }
          };
      // Something holds the output for a moment longer than the child lives.
      Command command =
          Command.shell("echo early; (sleep 0.01; echo late) & exit 0")
              .stdin(Stdin.stream(() -> input));
      Result result = command.run();
      for (int i = 0; i < 2 && result.outputIncomplete(); i++) { // as if the machine stood still
        result = command.run();
      }
      assertEquals("early\nlate\n", result.stdoutText());
    }
  }

  @Test
  void shouldNotMindThatTheChildReadsNothing() throws Exception {
    for (int round = 0; round < 50; round++) {
      Result result = Command.of("true").stdin(Stdin.bytes(new byte[1 << 18])).run();
      assertEquals(0, result.exitCode());
      Command stream = Command.of("true").stdin(Stdin.stream(() -> InputStream.nullInputStream()));
      assertNull(stream.run().teardown().orElse(null));
    }
  }

  private static FileOutputStream open(String path) {
    try {
      return new FileOutputStream(path);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @SuppressWarnings("unchecked")
  static <T extends Throwable> void sneak(Throwable mine) throws T {
    throw (T) mine;
  }
}
