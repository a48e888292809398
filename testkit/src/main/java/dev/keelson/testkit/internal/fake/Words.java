/* SPDX-License-Identifier: Apache-2.0 */
package dev.keelson.testkit.internal.fake;

import java.util.List;
import java.util.stream.Collectors;

/** Words as people read them. */
public final class Words {

  private Words() {}

  /** As a shell line. */
  public static String shown(List<String> words) {
    return words.stream().map(Words::shown).collect(Collectors.joining(" "));
  }

  /** As a shell would have it. */
  public static String shown(String word) {
    return word.matches("[A-Za-z0-9_@%+=:,./-]+") ? word : "'" + word.replace("'", "'\\''") + "'";
  }
}
