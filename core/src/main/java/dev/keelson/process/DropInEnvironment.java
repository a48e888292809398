/* SPDX-License-Identifier: Apache-2.0 */
package dev.keelson.process;

import dev.keelson.internal.spawn.EnvironmentEdits;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** Finds what a program did to the map that {@link ProcessBuilder#environment()} gave it. */
final class DropInEnvironment {

  /*
   * The map shows strings and holds bytes. A variable nobody touched must reach the child with its
   * exact bytes, also where they are not text; so it is left to the engine, and only differences
   * are told. What is not text cannot be told by its name either: an engine asked to remove it
   * would not find it. So where such a variable was removed, and where nothing of this process's
   * environment is left at all, which is what clear() looks like, the child starts from an empty
   * environment instead.
   */

  /** What the JDK's decoders put for bytes that are no text. */
  private static final char UNDECODABLE = '\uFFFD';

  private DropInEnvironment() {}

  /** How {@code wanted} differs from this process's environment. */
  static EnvironmentEdits edits(Map<String, String> wanted) {
    // Copies: the JDK's maps look a name up by its bytes and do not find one that is no text.
    return edits(new HashMap<>(wanted), new HashMap<>(System.getenv()));
  }

  private static EnvironmentEdits edits(Map<String, String> wanted, Map<String, String> own) {
    Map<String, Optional<String>> changes = new TreeMap<>();
    int kept = 0;
    for (Map.Entry<String, String> variable : wanted.entrySet()) {
      if (variable.getValue().equals(own.get(variable.getKey()))) {
        kept++;
      } else {
        changes.put(variable.getKey(), Optional.of(variable.getValue()));
      }
    }
    boolean fromEmpty = kept == 0 && !own.isEmpty();
    for (String name : own.keySet()) {
      if (!wanted.containsKey(name)) {
        changes.put(name, Optional.empty());
        fromEmpty |= name.indexOf(UNDECODABLE) >= 0;
      }
    }
    return fromEmpty ? complete(wanted) : new EnvironmentEdits(false, changes);
  }

  private static EnvironmentEdits complete(Map<String, String> wanted) {
    Map<String, Optional<String>> variables = new TreeMap<>();
    wanted.forEach((name, value) -> variables.put(name, Optional.of(value)));
    return new EnvironmentEdits(true, variables);
  }
}
