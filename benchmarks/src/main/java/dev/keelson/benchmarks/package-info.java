/* SPDX-License-Identifier: Apache-2.0 */
/**
 * Keelson against its peers: both sides in one run, one round of each after the other, medians.
 *
 * <p>{@link dev.keelson.benchmarks.Benchmarks} is the program that {@code benchmarks/run} starts. A
 * {@code Side} is one way to do the thing; {@code Rounds} runs the sides by turns. {@code Load} is
 * what a JVM may have beside it; such measurements have a JVM of their own.
 */
package dev.keelson.benchmarks;
