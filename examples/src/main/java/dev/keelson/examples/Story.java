/* SPDX-License-Identifier: Apache-2.0 */
package dev.keelson.examples;

/** One story of the tour. */
interface Story {

  /** What names it on the command line. */
  String id();

  String title();

  void tell(Stage stage) throws Exception;
}
