/* SPDX-License-Identifier: Apache-2.0 */
/**
 * What the documents show, to be compiled and run: the lines between {@code // snippet: NAME} and
 * {@code // end} are those of the document.
 */
package dev.keelson.examples.snippets;
