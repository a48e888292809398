/* SPDX-License-Identifier: Apache-2.0 */
package dev.keelson.testkit;

import java.lang.reflect.AnnotatedElement;
import java.lang.reflect.Method;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import javax.annotation.Nullable;
import org.junit.platform.commons.support.AnnotationSupport;

/**
 * What the annotations say of a test: of {@link NoLeaks} the one of the method, its class or an
 * enclosing one, whichever is nearest; of {@link AllowLeak} all of them. Immutable.
 *
 * @param asked the annotation; null if there is none
 * @param on the class that has it, or whose method has it
 * @param label what a failure blames
 * @param allowed what is left out
 */
record LeakWish(@Nullable NoLeaks asked, Class<?> on, String label, List<AllowLeak> allowed) {

  LeakWish {
    allowed = List.copyOf(allowed);
  }

  static LeakWish ofMethod(Class<?> type, Method method) {
    List<AllowLeak> allowed = new ArrayList<>(allowed(method));
    LeakWish outer = ofClass(type);
    allowed.addAll(outer.allowed);
    NoLeaks own = AnnotationSupport.findAnnotation(method, NoLeaks.class).orElse(null);
    String label = type.getSimpleName() + "." + method.getName() + "()";
    return own == null
        ? new LeakWish(outer.asked, outer.on, label, allowed)
        : new LeakWish(own, type, label, allowed);
  }

  static LeakWish ofClass(Class<?> type) {
    List<AllowLeak> allowed = new ArrayList<>();
    NoLeaks asked = null;
    Class<?> on = type;
    for (Class<?> at = type; at != null; at = at.getEnclosingClass()) {
      allowed.addAll(allowed(at));
      if (asked == null) {
        asked = AnnotationSupport.findAnnotation(at, NoLeaks.class).orElse(null);
        on = at;
      }
    }
    return new LeakWish(asked, on, type.getSimpleName(), allowed);
  }

  private static List<AllowLeak> allowed(AnnotatedElement element) {
    return AnnotationSupport.findRepeatableAnnotations(element, AllowLeak.class);
  }

  boolean isCensus() {
    return asked != null && asked.mode() == LeakMode.CENSUS;
  }

  boolean isForClass() {
    return asked != null && asked.scope() == NoLeaks.Scope.CLASS;
  }

  /**
   * Makes sure that nothing is allowed that the scope of the whole class does not know.
   *
   * @throws IllegalArgumentException if there is
   */
  void requireAllowedBy(LeakWish whole) {
    List<AllowLeak> concerned =
        isForClass() ? allowed : allowed.stream().filter(whole::judges).toList();
    if (!whole.allowed.containsAll(concerned)) {
      throw new IllegalArgumentException(
          "an @AllowLeak on "
              + label
              + ", or on a class between, would have no effect: @NoLeaks(scope = CLASS) judges "
              + whole.label
              + " as a whole; put it there");
    }
  }

  private boolean judges(AllowLeak allow) {
    return asked == null
        || allow.kinds().length == 0
        || !Collections.disjoint(List.of(allow.kinds()), List.of(asked.kinds()));
  }

  /**
   * What to check.
   *
   * @throws IllegalArgumentException if that makes no sense
   */
  LeakPolicy policy() {
    LeakPolicy policy = LeakPolicy.standard().scope(label);
    if (asked != null) {
      LeakKind[] kinds = asked.kinds();
      if (kinds.length == 0) {
        throw new IllegalArgumentException("@NoLeaks(kinds = {}) on " + label + " checks nothing");
      }
      if (asked.withinMillis() < 0) {
        throw new IllegalArgumentException(
            "@NoLeaks(withinMillis = " + asked.withinMillis() + ") on " + label + " is negative");
      }
      policy =
          policy
              .mode(asked.mode())
              .within(Duration.ofMillis(asked.withinMillis()))
              .only(kinds[0], Arrays.copyOfRange(kinds, 1, kinds.length));
    }
    for (AllowLeak allow : allowed) {
      if (allow.reason().isBlank()) {
        throw new IllegalArgumentException("@AllowLeak on " + label + " must say its reason");
      }
      LeakKind[] kinds = allow.kinds().length == 0 ? LeakKind.values() : allow.kinds();
      for (LeakKind kind : kinds) {
        policy = policy.ignoring(kind, allow.name(), allow.reason());
      }
    }
    return policy;
  }
}
