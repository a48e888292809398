/* SPDX-License-Identifier: Apache-2.0 */
/**
 * Runs a test once for each of many schedules.
 *
 * <p>An {@code Actor} is a thread of such a test. It runs only while it has the {@code Baton},
 * which it hands on at every point that it reaches and wherever it waits; {@code Hook} is how core
 * tells of both. Who gets the baton is asked of a {@code Strategy}: {@code RandomWalk}, {@code
 * Pct}, {@code Sequential}, or {@code Replay} of what a {@code Token} holds. The {@code Overseer},
 * on the test's own thread, takes the baton from a thread that blocks where nobody told of it. What
 * happened is the {@code Trace}, and how a schedule ended its {@code Outcome}.
 *
 * <p>The {@code Explorer} is the front door: schedule after schedule until one fails, which it runs
 * again before it says so. {@code ScheduleText} is what it says.
 */
@ParametersAreNonnullByDefault
package dev.keelson.testkit.internal.schedule;

import javax.annotation.ParametersAreNonnullByDefault;
