/* SPDX-License-Identifier: Apache-2.0 */
package dev.keelson.lock;

/** Which acquisitions are remembered with the place in the code, for reports. */
public enum SiteRecording {
  /** None, as long as no registry of this JVM records any; else as {@link #CONTENDED}. */
  OFF,
  /**
   * Those that had to wait. They cost little beside the wait; a lock that was free when it was
   * taken has no site.
   */
  CONTENDED,
  /** One in 64 of each lock, and every one for a while after somebody had to wait. */
  SAMPLED,
  /** Every outermost acquisition, about a microsecond each. */
  ALL
}
