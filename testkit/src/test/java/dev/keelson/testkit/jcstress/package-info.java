/* SPDX-License-Identifier: Apache-2.0 */

/**
 * The gate through which every jcstress test of the house passes.
 *
 * <p>The tests themselves live beside what they race, anywhere in this source tree. {@link
 * dev.keelson.testkit.jcstress.JcstressGate} runs all of them in one go, because jcstress by itself
 * stays green where nothing ran: {@link dev.keelson.testkit.jcstress.JcstressList} knows what must
 * run and {@link dev.keelson.testkit.jcstress.JcstressVerdict} judges what came out. A class whose
 * name ends in {@code Canary} holds a planted race and has to come out red.
 */
package dev.keelson.testkit.jcstress;
