/* SPDX-License-Identifier: Apache-2.0 */
package dev.keelson.cleanup;

import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * A place at which registrations were made that nobody closed, so that the garbage collector had to
 * run their actions.
 *
 * <p>Immutable and safe for use by multiple threads. It holds names and numbers only, and keeps
 * neither the owner nor a class or loader alive.
 */
public final class LeakReport {

  /**
   * One use of an owner, as {@link Registration#touch} noted it.
   *
   * @param hint what happened
   * @param thread on which thread
   * @param stack from where it was noted, innermost first
   */
  public record Use(String hint, String thread, List<StackTraceElement> stack) {
    public Use {
      stack = List.copyOf(stack);
    }
  }

  private final String realm;
  private final String ownerType;
  private final String label;
  private final String thread;
  private final List<StackTraceElement> site;
  private final List<Use> uses;
  private final long count;
  private final Instant first;
  private final Instant last;

  LeakReport(Track track, String realm, String label, List<StackTraceElement> site, Instant now) {
    this(realm, track.ownerType(), label, track.thread(), site, track.uses(), 1, now, now);
  }

  private LeakReport(
      String realm,
      String ownerType,
      String label,
      String thread,
      List<StackTraceElement> site,
      List<Use> uses,
      long count,
      Instant first,
      Instant last) {
    this.realm = realm;
    this.ownerType = ownerType;
    this.label = label;
    this.thread = thread;
    this.site = site;
    this.uses = uses;
    this.count = count;
    this.first = first;
    this.last = last;
  }

  /** The same place, with one leak more. */
  LeakReport again(LeakReport latest) {
    return new LeakReport(
        realm,
        ownerType,
        latest.label,
        latest.thread,
        site,
        latest.uses,
        count + 1,
        first,
        latest.last);
  }

  /** The name of the realm. */
  public String realm() {
    return realm;
  }

  /** The name of the owner's class. */
  public String ownerType() {
    return ownerType;
  }

  /** What the latest state {@linkplain LeakLabel said of itself}, if it did. */
  public Optional<String> label() {
    return label.isEmpty() ? Optional.empty() : Optional.of(label);
  }

  /** The thread that made the latest registration. */
  public String thread() {
    return thread;
  }

  /** Where the registrations were made, innermost frame first, without Keelson's own. */
  public List<StackTraceElement> site() {
    return site;
  }

  /** The latest uses of the latest owner, oldest first; at most eight. */
  public List<Use> uses() {
    return uses;
  }

  /**
   * How many were found. Where a realm follows one registration in 128, this counts those it
   * followed.
   */
  public long count() {
    return count;
  }

  /** When the first was found, by the system's clock. */
  public Instant first() {
    return first;
  }

  /** When the latest was found, by the system's clock. */
  public Instant last() {
    return last;
  }

  /** Everything, as lines for people. */
  @Override
  public String toString() {
    StringBuilder text = new StringBuilder(ownerType).append(" was collected without close()");
    label().ifPresent(words -> text.append(" (").append(words).append(')'));
    text.append(", ").append(count).append(count == 1 ? " time" : " times");
    text.append(" in realm ").append(realm);
    text.append("; registered by ").append(thread);
    append(text, site);
    for (Use use : uses) {
      text.append("\n  used by ").append(use.thread()).append(": ").append(use.hint());
      append(text, use.stack());
    }
    return text.toString();
  }

  private static void append(StringBuilder text, List<StackTraceElement> stack) {
    stack.forEach(frame -> text.append("\n    at ").append(frame));
  }
}
