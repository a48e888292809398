/* SPDX-License-Identifier: Apache-2.0 */
package dev.keelson.testkit;

import java.time.Duration;
import java.util.List;

/**
 * What a {@link LeakScope} found.
 *
 * @param scope what is blamed
 * @param leaks what was left behind, the worst first
 * @param ignored what is new and was left out, and why
 * @param notes what could not be checked, or was seen and not judged
 * @param quarantine what was done about the leaks; empty before {@link LeakScope#quarantine}
 * @param waited how long the oracle looked
 */
public record LeakFindings(
    String scope,
    List<Leak> leaks,
    List<Ignored> ignored,
    List<String> notes,
    List<String> quarantine,
    Duration waited) {

  /**
   * Something new that is no leak.
   *
   * @param kind what it is
   * @param name its description
   * @param reason why it is no leak
   */
  public record Ignored(LeakKind kind, String name, String reason) {}

  /** Copies the lists. */
  public LeakFindings {
    leaks = List.copyOf(leaks);
    ignored = List.copyOf(ignored);
    notes = List.copyOf(notes);
    quarantine = List.copyOf(quarantine);
  }

  /** Whether nothing was left behind. */
  public boolean isClean() {
    return leaks.isEmpty();
  }

  /** The leaks of one kind. */
  public List<Leak> leaks(LeakKind kind) {
    return leaks.stream().filter(leak -> leak.kind() == kind).toList();
  }

  /** The whole report for people, at most about sixty lines. */
  public String toText() {
    return new LeakText(this, false).toString();
  }

  LeakFindings quarantined(List<String> actions) {
    return new LeakFindings(scope, leaks, ignored, notes, actions, waited);
  }

  @Override
  public String toString() {
    return toText();
  }
}
