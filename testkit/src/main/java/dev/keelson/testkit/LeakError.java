/* SPDX-License-Identifier: Apache-2.0 */
package dev.keelson.testkit;

/**
 * Something was left behind. The message is {@link LeakFindings#toText}; of what is too long for it
 * a file has all, which the message names, if there is a folder for it: see docs/testkit.md.
 *
 * <p>A plain assertion error, so that the oracle serves any test framework.
 */
public final class LeakError extends AssertionError {

  private static final long serialVersionUID = 1;

  private final transient LeakFindings findings;

  LeakError(LeakFindings findings) {
    super(new LeakText(findings, true).toString());
    this.findings = findings;
    // Where each thing was created, for tools that show suppressed exceptions.
    findings.leaks().stream()
        .map(Leak::site)
        .filter(site -> site != null)
        .limit(5)
        .forEach(this::addSuppressed);
  }

  /** What was found. */
  public LeakFindings findings() {
    return findings;
  }
}
