/* SPDX-License-Identifier: Apache-2.0 */
/**
 * The engine seam: everything {@code dev.keelson.process} needs of an operating system in order to
 * start, watch, talk to and end a process, and nothing about commands, deadlines or results.
 *
 * <p>A {@link dev.keelson.internal.spawn.SpawnEngine} turns a {@link
 * dev.keelson.internal.spawn.SpawnRequest} into a {@link dev.keelson.internal.spawn.Spawned}. The
 * three standard streams of the child are described by {@link dev.keelson.internal.spawn.Stdio};
 * where one is a pipe, our end of it is a {@link dev.keelson.internal.spawn.ReadEnd} or a {@link
 * dev.keelson.internal.spawn.WriteEnd}; who may touch a pipe that never blocks, and how nobody
 * sleeps through its end, is told once in {@link dev.keelson.internal.spawn.SharedReadEnd}. {@link
 * dev.keelson.internal.spawn.engines.Engines} chooses an engine and is the only class that names
 * one.
 *
 * <p>Callbacks across the seam ({@link dev.keelson.internal.spawn.ChunkSink}, {@link
 * dev.keelson.internal.spawn.Spawned#onExit}) run on threads of the engine's and must neither block
 * nor run user code.
 */
@ParametersAreNonnullByDefault
package dev.keelson.internal.spawn;

import javax.annotation.ParametersAreNonnullByDefault;
