/* SPDX-License-Identifier: Apache-2.0 */

/**
 * A corpus of bugs, each of them planted twice: wrong, and put right. What the testkit says of the
 * two is the measure of the testkit.
 *
 * <p>A {@link dev.keelson.testkit.corpus.Seed} is one bug. It names where the like of it was
 * reported, and the tool that has to find it. {@link dev.keelson.testkit.corpus.CorpusTest} runs
 * the wrong variant, which must be accused by name, and then the right one, of which the same tool
 * must have nothing to say. Seeds live in one file for each {@link
 * dev.keelson.testkit.corpus.Subject}; a new file is one more constant there, and a new kind of
 * tool one more method of {@link dev.keelson.testkit.corpus.Trials}.
 *
 * <p>Sleepers of the corpus sleep for 4700 seconds and some, so that a report names the one that is
 * meant. What a wrong variant leaves behind for good goes to {@link
 * dev.keelson.testkit.corpus.Litter}.
 */
package dev.keelson.testkit.corpus;
