/* SPDX-License-Identifier: Apache-2.0 */
/** What all features have to know of the flight recorder, which a run time may not have. */
@ParametersAreNonnullByDefault
package dev.keelson.internal.flight;

import javax.annotation.ParametersAreNonnullByDefault;
