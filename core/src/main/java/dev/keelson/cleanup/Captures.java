/* SPDX-License-Identifier: Apache-2.0 */
package dev.keelson.cleanup;

import java.lang.reflect.Field;
import java.lang.reflect.Modifier;

/**
 * Refuses actions that could hold something: those whose class, or a superclass, has an instance
 * field. Looked up once for each class.
 *
 * <p>A lambda or method reference that captures is an object with fields; one that does not has
 * none. No field is read here, so nothing needs to be open to Keelson.
 */
final class Captures {

  /*
   * The class keeps what is found as a string pair in one string, and not as a type of ours: the map that hangs on a class of the
   * JDK or of an outer loader would otherwise keep Keelson's loader alive.
   */
  private static final ClassValue<String> FOUND =
      new ClassValue<>() {
        @Override
        protected String computeValue(Class<?> type) {
          return find(type);
        }
      };

  private Captures() {}

  static void check(Object action) {
    String found = FOUND.get(action.getClass());
    if (!found.isEmpty()) {
      int colon = found.indexOf(':');
      throw refusal(action.getClass(), found.substring(0, colon), found.substring(colon + 1));
    }
  }

  private static CapturingActionException refusal(Class<?> action, String field, String type) {
    return new CapturingActionException(
        "action is a "
            + action.getName()
            + ", which captures: field "
            + field
            + " of type "
            + type
            + " could keep the owner alive for ever; give what the action needs as state, and let"
            + " the action refer to its argument only (a lambda or static method without"
            + " surroundings), or say registerUnchecked",
        field,
        type);
  }

  private static String find(Class<?> action) {
    for (Class<?> type = action; type != null && type != Enum.class; type = type.getSuperclass()) {
      try {
        for (Field field : type.getDeclaredFields()) {
          if (!Modifier.isStatic(field.getModifiers())) {
            return field.getName() + ":" + field.getType().getTypeName();
          }
        }
      } catch (LinkageError e) {
        return "(unknown):" + e.getMessage() + ", which cannot be loaded";
      }
    }
    return "";
  }
}
