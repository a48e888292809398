/* SPDX-License-Identifier: Apache-2.0 */
/**
 * The few calls of the C library that Keelson makes on Linux, shared by process launching and
 * waking.
 *
 * <p>{@link dev.keelson.internal.linux.Kernel} is the seam: plain Java, no exceptions, an error is
 * a negative number. Its one real implementation, {@code FfmKernel}, is compiled for release 22 and
 * loaded by name through {@link dev.keelson.internal.linux.Kernels}; everything that decides
 * something is on this side of the seam, where a test can make any call fail. Memory that both
 * sides see is a {@link dev.keelson.internal.linux.Region}; where a structure has its fields is
 * told by {@link dev.keelson.internal.linux.Layout} alone.
 *
 * <p>Nothing is looked up before the first call that needs it.
 */
@ParametersAreNonnullByDefault
package dev.keelson.internal.linux;

import javax.annotation.ParametersAreNonnullByDefault;
