/* SPDX-License-Identifier: Apache-2.0 */
/**
 * What stands behind the testkit's assertions. Not exported.
 *
 * <p>A leak scope asks each {@code Census} (of processes, threads, descriptors, files, locks)
 * before and after, and {@code Findings} gets what is new; {@code CreationLog} adds who made it and
 * where, and {@code TokenCensus} asks that log alone, for tests that run beside others. {@code
 * Escapes}, {@code OwnChildren} and {@code OwnCookies} recognise whose a process is, {@code
 * JvmThreads} and {@code WarmUp} what is nobody's. The {@code ...Steps} are composed to a {@code
 * Script} for the shell, which is what a child program is. {@code Crowd}, {@code WakeRace} and
 * {@code TimeFactor} run races and stretch waits; {@code HangText} and {@code Overflow} write what
 * is too long for a message.
 */
@ParametersAreNonnullByDefault
package dev.keelson.testkit.internal;

import javax.annotation.ParametersAreNonnullByDefault;
