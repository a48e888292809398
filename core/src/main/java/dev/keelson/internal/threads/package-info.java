/* SPDX-License-Identifier: Apache-2.0 */
/**
 * The threads Keelson starts: daemons with Keelson's name on them that hold nothing of whoever
 * happened to need them first, and that end when there is nothing to do.
 */
@ParametersAreNonnullByDefault
package dev.keelson.internal.threads;

import javax.annotation.ParametersAreNonnullByDefault;
