/* SPDX-License-Identifier: Apache-2.0 */
/**
 * An hour of everything at once, which no verify has the time for: {@link
 * dev.keelson.testkit.soak.SoakMain} runs every {@link dev.keelson.testkit.soak.Load} from several
 * threads, watches the memory of the JVM meanwhile, and asks afterwards what was lost and what is
 * left.
 */
package dev.keelson.testkit.soak;
