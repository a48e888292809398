/* SPDX-License-Identifier: Apache-2.0 */
package dev.keelson.testkit.internal;

import dev.keelson.spi.Creation;
import java.security.CodeSource;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import javax.annotation.Nullable;

/**
 * Tells the frames of the program from those of the JDK, of Keelson and of what runs the tests: by
 * where the class was loaded from, as a test may be in a package of Keelson's. Safe for use by
 * multiple threads.
 */
public final class UserFrames {

  private static final List<String> MACHINERY =
      List.of("java.", "javax.", "jdk.", "sun.", "com.sun.", "org.junit.", "org.apache.maven.");

  private static final Set<CodeSource> KEELSON = new HashSet<>();

  static {
    for (Class<?> type : List.of(Creation.class, UserFrames.class)) {
      CodeSource source = type.getProtectionDomain().getCodeSource();
      if (source != null) {
        KEELSON.add(source);
      }
    }
  }

  private static final ConcurrentMap<String, Boolean> KNOWN = new ConcurrentHashMap<>();

  private UserFrames() {}

  /** The innermost of the program's own frames; all of them if there is none of its own. */
  public static List<String> of(@Nullable Throwable site, int most) {
    return site == null ? List.of() : of(site.getStackTrace(), most);
  }

  /** The innermost of the program's own frames; all of them if there is none of its own. */
  public static List<String> of(StackTraceElement[] stack, int most) {
    List<String> own =
        Arrays.stream(stack).filter(UserFrames::isOwn).limit(most).map(UserFrames::text).toList();
    return own.isEmpty() ? Arrays.stream(stack).limit(most).map(UserFrames::text).toList() : own;
  }

  private static String text(StackTraceElement frame) {
    return "at " + ThreadCensus.describe(frame);
  }

  private static boolean isOwn(StackTraceElement frame) {
    return KNOWN.computeIfAbsent(frame.getClassName(), UserFrames::isOwn);
  }

  private static boolean isOwn(String type) {
    if (MACHINERY.stream().anyMatch(type::startsWith)) {
      return false;
    }
    if (!type.startsWith("dev.keelson.")) {
      return true;
    }
    try {
      Class<?> found = Class.forName(type, false, UserFrames.class.getClassLoader());
      return !KEELSON.contains(found.getProtectionDomain().getCodeSource());
    } catch (ClassNotFoundException | LinkageError e) {
      return true; // another loader's, or a lambda
    }
  }
}
