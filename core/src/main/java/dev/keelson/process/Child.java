/* SPDX-License-Identifier: Apache-2.0 */
package dev.keelson.process;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;

/**
 * A child process that was started, and its outcome to come.
 *
 * <p>What the command captures or sends to consumers is carried while the child runs, whoever waits
 * or not; its timeouts apply. What it pipes is yours: an output that nobody reads stops the child
 * when the pipe is full.
 *
 * <p><b>Thread safety.</b> Safe for use by multiple threads.
 *
 * <p>Memory consistency effects: whatever Keelson and your consumers did for this child
 * <i>happens-before</i> {@link #result} returns and {@link #onExit} completes.
 *
 * <p><b>Resources.</b> The process is reaped whether or not anybody waits. {@link #close} ends the
 * tree of a live child and releases its pipes; of a child that has ended it releases what is left.
 * A child that is neither closed nor has ended keeps its pipes. If its handle is collected then, it
 * is left to run, and a warning says where it was started (unless the system property {@code
 * keelson.leaks} is {@code off}); a detached child, and one that was asked for {@link #asProcess},
 * may be dropped.
 */
public interface Child extends AutoCloseable {

  /**
   * Its pid. It may belong to another process once the child has ended; signal it by {@link
   * #signal} only.
   */
  long pid();

  /** What it runs. */
  Command command();

  /** When it was started, by the system's clock. */
  Instant startedAt();

  /**
   * What it reads: closing this stream is the end of its input. Writes wait while the pipe is full
   * and are woken by {@link OutputStream#close}; an interrupt ends a write with {@link
   * java.io.InterruptedIOException} and leaves the pipe open. It is closed when the child has
   * ended, whoever else may hold the pipe.
   *
   * @throws IllegalStateException if the command does not say {@link Stdin#pipe}
   */
  OutputStream stdin();

  /**
   * What it writes. Reads wait for output and are woken by {@link InputStream#close}; an interrupt
   * ends a read with {@link java.io.InterruptedIOException} and leaves the pipe open and nothing
   * lost. The end of file comes as the command's {@link Drain} says.
   *
   * @throws IllegalStateException if the command does not say {@link Stdout#pipe} for its stdout
   */
  InputStream stdout();

  /**
   * What it writes to its standard error; as {@link #stdout}.
   *
   * @throws IllegalStateException if the command does not say {@link Stdout#pipe} for its stderr
   */
  InputStream stderr();

  /**
   * The lines of {@link #stdout} in the command's charset, as they come; to be read once. A read
   * that fails is an {@link java.io.UncheckedIOException}.
   *
   * @throws IllegalStateException if the command does not say {@link Stdout#pipe} for its stdout
   */
  Stream<String> stdoutLines();

  /**
   * Waits for the child to end, however it does. Its outputs may still be carried. A child that was
   * sent KILL ends when the system lets it, which no timeout hastens; see {@link Teardown}.
   */
  ExitStatus await() throws InterruptedException;

  /**
   * Waits for the child to end for at most that long, and leaves it alone if it does not.
   *
   * @return how it ended; empty if it still runs
   */
  Optional<ExitStatus> await(Duration timeout) throws InterruptedException;

  /**
   * Waits until everything is over, outputs included, as {@link Command#run} does. An interrupt
   * ends the waiting and not the child. A child that was sent KILL and that the system keeps all
   * the same is not waited for: its status is {@link ExitStatus.Unknown} here, for good.
   *
   * @throws CommandException if it did not end as the command expects; each call throws a new one
   */
  Result result() throws CommandException, InterruptedException;

  /**
   * Completes when the child has ended, on the launcher's executor, also if nobody has waited for
   * that any more. It never fails, and completing or cancelling it changes nothing for the child.
   */
  CompletableFuture<ExitStatus> onExit();

  /** Whether it still runs. */
  boolean isAlive();

  /**
   * Sends it a signal, by name with or without SIG: HUP, INT, QUIT, ILL, TRAP, ABRT, BUS, FPE,
   * KILL, USR1, SEGV, USR2, PIPE, ALRM, TERM, CHLD, CONT, STOP, TSTP, TTIN, TTOU, XCPU or WINCH,
   * with the numbers of Linux. Every other one goes by {@link #signal(int)}.
   *
   * @return false if it has ended and nothing was sent
   * @throws IllegalArgumentException if the name is none of these
   * @throws IOException if the engine cannot send that signal here ({@link Guarantee#ANY_SIGNAL})
   */
  boolean signal(String name) throws IOException;

  /**
   * Sends it a signal by number.
   *
   * @return false if it has ended and nothing was sent
   * @throws IllegalArgumentException if the number is not between 1 and 64
   * @throws IOException if the engine cannot send that signal here
   */
  boolean signal(int number) throws IOException;

  /**
   * Ends its tree: TERM, the grace, KILL. Returns when the tree is gone or given up. An interrupt
   * of this thread skips the grace and is kept.
   *
   * @return what was ended and what escaped; nothing if the child had ended
   */
  Teardown terminate(Duration grace);

  /**
   * A view of it for code that needs a {@link Process}: same process, and the streams that are
   * piped. From this call on those end with the child, as those of {@link SafeProcessBuilder} do,
   * also where they are read by {@link #stdout}: the command's {@link Drain} does not apply to them
   * any more. Its {@code destroy} ends one process.
   */
  Process asProcess();

  /**
   * Ends the tree of a live child with the command's grace, and releases its pipes; returns when
   * the tree is gone. A detached child is left alone. An interrupt of this thread skips the grace
   * and is kept. Idempotent.
   */
  @Override
  void close();
}
