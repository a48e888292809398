/* SPDX-License-Identifier: Apache-2.0 */
/**
 * The choice of an engine. {@link dev.keelson.internal.spawn.engines.Engines} is the only class
 * that names one; whoever launches asks it, and knows the {@linkplain
 * dev.keelson.internal.spawn.SpawnEngine seam} alone. What it hands out tries again where a
 * program's file is still being written ({@code BusyRetry}).
 */
@ParametersAreNonnullByDefault
package dev.keelson.internal.spawn.engines;

import javax.annotation.ParametersAreNonnullByDefault;
