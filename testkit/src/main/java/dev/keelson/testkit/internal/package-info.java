/* SPDX-License-Identifier: Apache-2.0 */
/** How the testkit takes its censuses and composes its shell scripts. Not exported. */
@ParametersAreNonnullByDefault
package dev.keelson.testkit.internal;

import javax.annotation.ParametersAreNonnullByDefault;
