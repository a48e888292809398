/* SPDX-License-Identifier: Apache-2.0 */
package dev.keelson.internal.spawn.guard;

import dev.keelson.internal.spawn.Guard;
import dev.keelson.internal.spawn.Headroom;
import dev.keelson.internal.spawn.TraitSupport;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import javax.annotation.Nullable;

/**
 * The orphan guard of this JVM: a watchdog process that ends the guarded trees when the JVM dies,
 * be it killed, halted, crashed or left in order.
 *
 * <p>Safe for use by multiple threads. The watchdog is started by the first {@link #enter} and
 * again by the next one after it was killed; between the two, nothing is guarded.
 *
 * <p>Memory consistency effects: none that a caller needs; the table is written before {@link
 * #enter} returns.
 *
 * <p>Resources. From the first {@link #enter} on: one process, its lifeline's descriptor, and the
 * descriptor and map of an unnamed temporary file of 64 KiB for each 512 trees that were under
 * guard at the same time. All are kept until the JVM ends.
 *
 * <p>Limitations. A tree's process is recognised by the cookie in its initial environment: one that
 * clears its environment, or may not be looked at by this user, is not found. A JVM that dumps core
 * keeps its descriptors open, and its trees alive, until the dump is written. A foreign library
 * that leaks this JVM's descriptors into a child keeps the lifeline up for as long as that child
 * lives.
 */
public final class OrphanGuard implements Guard {

  /*
   * States of the post
   * ------------------
   *   VACANT   -> STARTING   the first enter, or the first one that finds the watchdog dead; by CAS
   *   STARTING -> MANNED     it said ready; only by the thread that made it STARTING
   *   STARTING -> FAILED     it could not be started; likewise
   *   FAILED   -> STARTING   the first enter after the time to wait is over, which is none for want
   *                          of descriptors; by CAS
   *   MANNED   -> VACANT     it died; by CAS, by whoever notices first: its onExit, or an enter
   *
   * Races
   * -----
   * - Several first callers: one CAS wins and starts the watchdog, the others wait for the outcome,
   *   and nobody holds a lock meanwhile.
   * - Death of the JVM while a tree is entered: the line is written before the child is started; a
   *   line of a child that does not exist is harmless, as no process has its cookie.
   * - Death of the JVM while a tree is removed, be it before or after its root was reaped: the table
   *   holds cookies and no pid that could have been reused. The watchdog sends a signal to a pid
   *   only after it has just seen the cookie in that process.
   * - Death of the watchdog after enter has looked: that tree is guarded again from the next enter
   *   on, as its line is in the table which the next watchdog opens.
   */

  private static final String LOG = "dev.keelson.process";
  private static final long RETRY_AFTER = TimeUnit.SECONDS.toNanos(30);
  private static final Post VACANT = new Vacant();

  /** Who is at the post; see above. */
  private final AtomicReference<Post> post = new AtomicReference<>(VACANT);

  private final AtomicBoolean warned = new AtomicBoolean();
  private final AtomicBoolean warnedOfDeath = new AtomicBoolean();
  private final @Nullable Path directory;

  /** Why the last tree was left without a guard by a manned post; null if it was not. */
  private volatile @Nullable String left;

  /**
   * Written by the one thread that holds the post in STARTING; each write is published by the
   * change of the post.
   */
  private @Nullable GuardTable table;

  OrphanGuard(@Nullable Path directory) {
    this.directory = directory;
  }

  /** The one of this JVM. */
  public static OrphanGuard shared() {
    return Shared.GUARD;
  }

  @Override
  public @Nullable Entry enter(String cookie) {
    byte[] line = GuardLine.afterMark(cookie);
    Post now = manned();
    if (!(now instanceof Manned manned)) {
      return null;
    }
    try {
      Entry entry = new GuardedTree(manned.table().claim(line));
      left = null;
      return entry;
    } catch (IOException e) {
      left = e.toString();
      warn(e.toString());
      return null;
    }
  }

  @Override
  public TraitSupport support() {
    if (post.get() instanceof Failed failed) {
      return TraitSupport.absent(failed.reason());
    }
    String missing = Shared.MISSING;
    if (missing != null) {
      return TraitSupport.absent(missing);
    }
    String missed = left;
    if (missed != null) {
      return TraitSupport.weaker("the last tree could not be put under guard: " + missed);
    }
    if (Shared.SETSID == null) {
      return TraitSupport.weaker(
          "there is no setsid: a SIGKILL to this JVM's process group ends the watchdog, too");
    }
    return TraitSupport.kept("a /bin/sh watchdog ends what carries the cookie of a running child");
  }

  private Post manned() {
    while (true) {
      Post now = post.get();
      if (now instanceof Manned manned) {
        if (manned.watchdog().isAlive()) {
          return now;
        }
        // Its onExit may come here first, or be late: either vacates this watchdog's post and not
        // its successor's.
        post.compareAndSet(now, VACANT);
      } else if (now instanceof Starting starting) {
        return starting.outcome().join();
      } else if (now instanceof Failed failed && failed.retryAt() - System.nanoTime() > 0) {
        return now;
      } else {
        Starting starting = new Starting(new CompletableFuture<>());
        // Several first callers: one starts the watchdog.
        if (post.compareAndSet(now, starting)) {
          return start(starting);
        }
      }
    }
  }

  private Post start(Starting starting) {
    Post outcome = new Failed("the start of the watchdog broke off", retryTime());
    try {
      outcome = tryToStart();
    } finally {
      post.set(outcome);
      starting.outcome().complete(outcome);
    }
    if (outcome instanceof Manned manned) {
      manned.watchdog().onDeath(() -> died(manned));
    } else if (outcome instanceof Failed failed) {
      warn(failed.reason());
    }
    return outcome;
  }

  private Post tryToStart() {
    String missing = Shared.MISSING;
    if (missing != null) {
      return new Failed(missing, retryTime());
    }
    try {
      Headroom.require();
    } catch (IOException e) { // the next start may find enough
      return new Failed(cannotBeStarted(e), System.nanoTime());
    }
    try {
      GuardTable lines = table;
      if (lines == null) {
        lines = GuardTable.create(tableDirectory());
        table = lines;
      }
      return new Manned(Watchdog.start(lines, Shared.SETSID), lines);
    } catch (IOException | SecurityException | UnsupportedOperationException e) {
      return new Failed(cannotBeStarted(e), retryTime());
    }
  }

  private static String cannotBeStarted(Exception e) {
    return "the watchdog cannot be started: " + e.getMessage();
  }

  private Path tableDirectory() {
    return directory != null ? directory : Path.of(System.getProperty("java.io.tmpdir", "/tmp"));
  }

  private void died(Manned manned) {
    post.compareAndSet(manned, VACANT);
    if (warnedOfDeath.compareAndSet(false, true)) {
      System.getLogger(LOG)
          .log(
              System.Logger.Level.WARNING,
              "The orphan guard''s watchdog, process {0}, was ended; the next launch starts another.",
              Long.toString(manned.watchdog().pid()));
    }
  }

  private void warn(String reason) {
    if (warned.compareAndSet(false, true)) {
      System.getLogger(LOG)
          .log(
              System.Logger.Level.WARNING,
              "Children of this JVM are not ended when it is killed: {0}",
              reason);
    }
  }

  private static long retryTime() {
    return System.nanoTime() + RETRY_AFTER;
  }

  private sealed interface Post {}

  private record Vacant() implements Post {}

  private record Starting(CompletableFuture<Post> outcome) implements Post {}

  private record Manned(Watchdog watchdog, GuardTable table) implements Post {}

  private record Failed(String reason, long retryAt) implements Post {}

  /** What does not change while the JVM lives; looked up by the first use. */
  private static final class Shared {

    static final @Nullable String MISSING = missing();
    static final @Nullable Path SETSID = Watchdog.findSetsid();
    static final OrphanGuard GUARD = new OrphanGuard(null);

    private static @Nullable String missing() {
      if (!System.getProperty("os.name", "").startsWith("Linux")) {
        return "only Linux has a /proc in which the environment of processes can be read";
      }
      if (!Files.isReadable(Path.of("/proc/self/environ"))) {
        return "/proc/self/environ cannot be read";
      }
      if (!Files.isExecutable(Path.of("/bin/sh"))) {
        return "there is no /bin/sh";
      }
      return null;
    }
  }
}
