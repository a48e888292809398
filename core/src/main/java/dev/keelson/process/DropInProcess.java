/* SPDX-License-Identifier: Apache-2.0 */
package dev.keelson.process;

import dev.keelson.internal.spawn.ExitReport;
import dev.keelson.internal.spawn.ReadEnd;
import dev.keelson.internal.spawn.Spawned;
import dev.keelson.internal.spawn.WriteEnd;
import dev.keelson.internal.threads.Daemons;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import javax.annotation.Nullable;

/** A process that was started by {@link SafeProcessBuilder}. Safe for use by multiple threads. */
final class DropInProcess extends Process {

  /*
   * The observed exit
   * -----------------
   * An exit becomes visible to anybody here only together with the end of the streams: whoever
   * learns of it first, be it the engine's hook, a waiter, or a mere isAlive(), carries out
   * `observeExit`, and the others wait for that. It sets every pipe to "what is in there now, and
   * then the end of file", so that a reader gets what the process has written before its exit, the
   * same every time, whether or not something that the process has started still holds the pipe;
   * and it gives all descriptors back. No waiter depends on the engine's hook being called: it is
   * there for those who do not wait.
   *
   *   RUNNING -> ended, as the engine knows it -> observed (`observed` set under `observing`) -> future completed by a worker
   *
   * Who completes the future
   * ------------------------
   * A worker is needed for that, since users' dependents must not run on the engine's threads, but
   * one is asked for only if anybody has asked for the future. onExit() sets `futureWanted` and
   * then looks at `observed`; observeExit sets `observed` and then looks at `futureWanted`. Both
   * are volatile, so at least one of them sees the other. If both do, the caller of onExit() has a
   * completed future of its own and the worker completes one nobody waits for.
   */

  private static final int SIGNAL_BASE = 128;
  private static final int KILL = 9;
  private static final int TERM = 15;

  /** What the JDK says of a status that was lost. */
  private static final int UNKNOWN_STATUS = -1;

  private final Spawned spawned;
  private final @Nullable ReadEnd outEnd;
  private final @Nullable ReadEnd errEnd;
  private final @Nullable DropInOutputStream inPipe;
  private final OutputStream stdin;
  private final InputStream stdout;
  private final InputStream stderr;

  private final ReentrantLock observing = new ReentrantLock();

  /**
   * The end was seen and the streams are settled. Written under {@code observing}; never cleared.
   */
  private volatile boolean observed;

  /** Somebody asked for the future while the process ran. Never cleared. */
  private volatile boolean futureWanted;

  /** The engine was asked to tell of the end, by one or by several at once. Never cleared. */
  private volatile boolean watched;

  private final CompletableFuture<Process> exitFuture = new CompletableFuture<>();

  private DropInProcess(Spawned spawned) {
    this.spawned = spawned;
    outEnd = spawned.stdout();
    errEnd = spawned.stderr();
    @Nullable WriteEnd inEnd = spawned.stdin();
    inPipe = inEnd == null ? null : new DropInOutputStream(inEnd);
    stdin = inPipe == null ? DropInNullStreams.OUTPUT : inPipe;
    stdout = outEnd == null ? DropInNullStreams.INPUT : DropInInputStream.over(outEnd);
    stderr = errEnd == null ? DropInNullStreams.INPUT : DropInInputStream.over(errEnd);
  }

  static DropInProcess over(Spawned spawned) {
    DropInProcess process = new DropInProcess(spawned);
    if (process.inPipe != null || process.outEnd != null || process.errEnd != null) {
      process.watch(); // its descriptors are to be released even if nobody ever asks
    }
    return process;
  }

  private void watch() {
    if (!watched) {
      spawned.onExit(this::observeExit);
      watched = true; // only now: it may have found no memory
    }
  }

  private void observeExit() {
    if (observed) {
      return;
    }
    observing.lock();
    try {
      if (observed) {
        return;
      }
      if (outEnd != null) {
        outEnd.finish();
      }
      if (errEnd != null) {
        errEnd.finish();
      }
      if (inPipe != null) {
        inPipe.processExited();
      }
      observed = true;
    } finally {
      observing.unlock();
    }
    if (futureWanted) {
      completeFuture();
    }
  }

  private void completeFuture() {
    try {
      Daemons.workers().execute(() -> exitFuture.complete(this));
    } catch (OutOfMemoryError noThread) {
      exitFuture.complete(this); // on the wrong thread, which is better than never
    }
  }

  /** How it ended, observed; null while it runs. */
  private @Nullable ExitReport exit() {
    ExitReport report = spawned.exit();
    if (report != null) {
      observeExit();
    }
    return report;
  }

  private static int code(ExitReport report) {
    return switch (report.kind()) {
      case EXITED -> report.value();
      case SIGNALED -> SIGNAL_BASE + report.value();
      case UNKNOWN -> UNKNOWN_STATUS;
    };
  }

  @Override
  public OutputStream getOutputStream() {
    return stdin;
  }

  @Override
  public InputStream getInputStream() {
    return stdout;
  }

  @Override
  public InputStream getErrorStream() {
    return stderr;
  }

  @Override
  public int waitFor() throws InterruptedException {
    while (true) {
      ExitReport report = exit();
      if (report != null) {
        return code(report);
      }
      spawned.awaitExit(Long.MAX_VALUE);
    }
  }

  @Override
  public boolean waitFor(long timeout, TimeUnit unit) throws InterruptedException {
    long nanos = unit.toNanos(timeout);
    if (exit() != null) {
      return true;
    }
    if (nanos <= 0 || !spawned.awaitExit(nanos)) {
      return false;
    }
    observeExit();
    return true;
  }

  @Override
  public int exitValue() {
    ExitReport report = exit();
    if (report == null) {
      throw new IllegalThreadStateException("process hasn't exited");
    }
    return code(report);
  }

  @Override
  public boolean isAlive() {
    return exit() == null;
  }

  @Override
  public CompletableFuture<Process> onExit() {
    if (isAlive()) {
      futureWanted = true; // before the look at `observed`: see above
      watch();
      if (!observed) {
        return exitFuture.copy(); // a copy, for its caller may complete or cancel it
      }
    }
    return CompletableFuture.completedFuture(this);
  }

  @Override
  public void destroy() {
    destroy(TERM);
  }

  @Override
  public Process destroyForcibly() {
    destroy(KILL);
    return this;
  }

  /**
   * As with the JDK, destroying closes the streams, also where the process has already exited or
   * goes on regardless.
   */
  private void destroy(int signal) {
    try {
      spawned.signal(signal);
    } catch (IOException notAllowed) {
      // The contract knows no failure; whoever wants to know looks at isAlive.
    }
    if (inPipe != null) {
      inPipe.abandon();
    }
    closeQuietly(stdout);
    closeQuietly(stderr);
  }

  private static void closeQuietly(InputStream stream) {
    try {
      stream.close();
    } catch (IOException nothingIsLost) {
      // Whoever closes a stream of input wants no more of it.
    }
  }

  @Override
  public boolean supportsNormalTermination() {
    return toHandle().supportsNormalTermination();
  }

  @Override
  public long pid() {
    return spawned.pid();
  }

  @Override
  public ProcessHandle toHandle() {
    return spawned.toHandle();
  }

  @Override
  public String toString() {
    ExitReport report = exit();
    return "Process[pid="
        + pid()
        + ", exitValue="
        + (report == null ? "\"not exited\"" : code(report))
        + "]";
  }
}
