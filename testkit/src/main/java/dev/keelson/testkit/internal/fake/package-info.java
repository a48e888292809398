/* SPDX-License-Identifier: Apache-2.0 */
/**
 * Fake processes under a real launcher.
 *
 * <p>A {@code FakeEngine} stands where a real engine does, below everything that launchers,
 * deadlines, drains and teardowns do, so that all of that is the real code. Its processes ({@code
 * Proc}) are programs on threads, seen by themselves as a {@code View} and by the launcher as a
 * {@code FakeSpawned}; between the two there are {@code FakePipe}s. All of them live in a {@code
 * VirtualClock}, whose one lock guards all of their state.
 */
@ParametersAreNonnullByDefault
package dev.keelson.testkit.internal.fake;

import javax.annotation.ParametersAreNonnullByDefault;
