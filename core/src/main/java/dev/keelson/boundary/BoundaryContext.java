/* SPDX-License-Identifier: Apache-2.0 */
package dev.keelson.boundary;

import static java.util.Objects.requireNonNull;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import javax.annotation.Nullable;
import javax.annotation.concurrent.NotThreadSafe;

/**
 * A few strings that travel from the hooks of the parent to those of the child, in the environment
 * or on the standard input of a child JVM for example.
 *
 * <p>It belongs to one crossing and is used on the thread that crosses.
 */
@NotThreadSafe
public final class BoundaryContext {

  /** So many characters all keys and values may have together. */
  public static final int MAX_CHARACTERS = 65_536;

  private final String label;
  private final Map<String, String> values = new LinkedHashMap<>();
  private int characters;
  private boolean child;

  private BoundaryContext(String label) {
    this.label = label;
  }

  /**
   * A context with these values, for {@link Boundary#childMain}.
   *
   * @throws IllegalArgumentException as {@link #put}
   */
  public static BoundaryContext of(String label, Map<String, String> values) {
    BoundaryContext context = new BoundaryContext(requireNonNull(label, "label"));
    values.forEach(context::put);
    return context;
  }

  static BoundaryContext empty(String label) {
    return new BoundaryContext(label);
  }

  /** What the crossing is for, as {@link BoundaryOptions#label} says. */
  public String label() {
    return label;
  }

  /** The value, or null if there is none. */
  public @Nullable String get(String key) {
    return values.get(requireNonNull(key, "key"));
  }

  /**
   * Puts a value; one that is there already is replaced.
   *
   * @throws IllegalArgumentException if the key is empty, if one of them contains NUL, or if there
   *     would be more than {@value #MAX_CHARACTERS} characters in all
   */
  public void put(String key, String value) {
    requireNonNull(key, "key");
    requireNonNull(value, () -> "value of " + key);
    if (key.isEmpty() || key.indexOf('\0') >= 0 || value.indexOf('\0') >= 0) {
      throw new IllegalArgumentException(
          "key is \"" + key + "\"; it must have characters, and neither it nor its value NUL");
    }
    String old = values.get(key);
    int after = characters + value.length() + (old == null ? key.length() : -old.length());
    if (after > MAX_CHARACTERS) {
      throw new IllegalArgumentException(
          "value of "
              + key
              + " has "
              + value.length()
              + " characters, and there are "
              + characters
              + " already; pass a file's name instead, "
              + MAX_CHARACTERS
              + " is the limit");
    }
    values.put(key, value);
    characters = after;
  }

  /** Everything that was put, in order; a view that cannot be modified. */
  public Map<String, String> values() {
    return Collections.unmodifiableMap(values);
  }

  /**
   * Says that this process goes on as the child: it was restored from what the crossing has saved.
   * Then {@link BoundaryHook#afterInChild} is called in place of {@link
   * BoundaryHook#afterInParent}.
   */
  public void continueAsChild() {
    child = true;
  }

  boolean isChild() {
    return child;
  }

  @Override
  public String toString() {
    return label + " " + values.keySet();
  }
}
