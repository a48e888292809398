/* SPDX-License-Identifier: Apache-2.0 */
package dev.keelson.lock;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import javax.annotation.concurrent.Immutable;

/**
 * What hangs, who is to blame, and what to do about it: the picture of two moments, made by {@link
 * LockRegistry#report()}. Immutable; it keeps no thread and no lock alive.
 *
 * <p>A report is made of racy looks. Whatever it says of a thread that was stuck at both moments is
 * true; of one that moves it may be out of date.
 *
 * <p><b>Limitations.</b> A virtual thread is seen if it owns a {@link ResettableLock} or waits for
 * one. Which monitor a virtual thread waits for, and which foreign lock it owns, the JVM does not
 * tell; nor who holds a read lock, a semaphore or a {@code StampedLock}.
 */
@Immutable
@SuppressWarnings("Immutable") // its lists are
public final class HangReport {

  /** What is wrong, the worst first. */
  public enum Kind {
    /** The owner is dead: without help the lock stays locked for ever. */
    ABANDONED,
    /** Threads wait for each other in a circle. */
    DEADLOCK,
    /** Nobody is in the way, and still somebody waits. */
    STALLED,
    /** The owner is alive, waits for no lock, and keeps others waiting. */
    LONG_HOLD
  }

  /**
   * A thread as it was seen.
   *
   * @param id {@link Thread#getId()}
   * @param state its state; of a virtual thread also the carrier, if it has one
   * @param stack the topmost frames
   */
  public record Party(
      long id, String name, boolean alive, boolean virtual, String state, List<String> stack) {
    public Party {
      stack = List.copyOf(stack);
    }

    @Override
    public String toString() {
      return '"' + name + "\" (" + (virtual ? "virtual " : "") + "#" + id + ") " + state;
    }
  }

  /**
   * A thread that waits.
   *
   * @param lock what it waits for
   * @param waited since when it waits, where that is known
   */
  public record Waiting(Party thread, String lock, Optional<Duration> waited) {}

  /**
   * One thing that is wrong.
   *
   * @param lock the lock; of a deadlock all locks of the circle
   * @param owner who has it; of a deadlock one of the circle; of a free lock nobody
   * @param waiting who waits for it, in the order of the queue, or the circle itself; the first 20
   * @param waitingCount how many threads wait for this to end, the ones behind them included
   * @param evidence sentences
   * @param action what to do
   * @param risk what that may break
   */
  public record Finding(
      Kind kind,
      String lock,
      Optional<Party> owner,
      List<Waiting> waiting,
      int waitingCount,
      List<String> evidence,
      String action,
      String risk) {
    public Finding {
      waiting = List.copyOf(waiting);
      evidence = List.copyOf(evidence);
    }
  }

  /**
   * What was looked at.
   *
   * @param locks how many locks the registry knows
   * @param held how many of them are held
   * @param contended how many locks threads wait for
   * @param threads how many platform threads were looked at; 0 where the JVM does not show them
   * @param moved whether anything moved between the two samples; false if there was only one
   * @param between the time between them; zero if there was only one
   * @param took how long the looking took, that time left out
   */
  public record Scope(
      String registry,
      int locks,
      int held,
      int contended,
      int threads,
      boolean moved,
      Duration between,
      Duration took) {}

  private final Scope scope;
  private final List<Finding> findings;

  HangReport(Scope scope, List<Finding> findings) {
    this.scope = scope;
    this.findings = List.copyOf(findings);
  }

  /** What was looked at. */
  public Scope scope() {
    return scope;
  }

  /** What is wrong, the worst first; empty if nothing was seen. */
  public List<Finding> findings() {
    return findings;
  }

  /** For people: at most 20 findings in full. */
  public String toText() {
    return ReportText.of(this);
  }

  /** For programs; docs/hang-report.schema.json says what is in it. */
  public String toJson() {
    return ReportJson.of(this);
  }

  /** A Mermaid diagram of who waits for whom. */
  public String toMermaid() {
    return ReportMermaid.of(this);
  }

  @Override
  public String toString() {
    return toText();
  }
}
