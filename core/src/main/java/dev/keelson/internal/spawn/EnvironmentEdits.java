/* SPDX-License-Identifier: Apache-2.0 */
package dev.keelson.internal.spawn;

import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * How a child's environment differs from this process's, as edits rather than as a copy, so that a
 * variable nobody touched keeps its exact bytes. Immutable.
 *
 * @param fromEmpty whether the child starts with no variables at all
 * @param changes the new value of a variable by its name, or empty to remove it
 */
public record EnvironmentEdits(boolean fromEmpty, Map<String, Optional<String>> changes) {

  /** Exactly this process's environment. */
  public static final EnvironmentEdits NONE = new EnvironmentEdits(false, Map.of());

  /** Copies the changes. */
  public EnvironmentEdits {
    changes = Map.copyOf(changes);
  }

  /** Whether the child's environment is exactly this process's. */
  public boolean isNone() {
    return !fromEmpty && changes.isEmpty();
  }

  /** These edits and one more. */
  public EnvironmentEdits with(String name, String value) {
    Map<String, Optional<String>> all = new TreeMap<>(changes);
    all.put(name, Optional.of(value));
    return new EnvironmentEdits(fromEmpty, all);
  }

  /** Carries the edits out on a map that holds this process's environment. */
  public void applyTo(Map<String, String> environment) {
    if (fromEmpty) {
      environment.clear();
    }
    changes.forEach(
        (name, value) -> {
          if (value.isPresent()) {
            environment.put(name, value.get());
          } else {
            environment.remove(name);
          }
        });
  }
}
