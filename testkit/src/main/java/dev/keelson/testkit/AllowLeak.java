/* SPDX-License-Identifier: Apache-2.0 */
package dev.keelson.testkit;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Inherited;
import java.lang.annotation.Repeatable;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * Something that a test, or every test of a class, may leave behind in spite of {@link NoLeaks}.
 *
 * <pre>{@code
 * @AllowLeak(kinds = LeakKind.THREAD, name = "otel-.*", reason = "the agent's own")
 * }</pre>
 *
 * <p>What is allowed is counted in the report of every failure, with the reason. Under {@link
 * NoLeaks.Scope#CLASS} it stands on that class, or on one around it: on a test it is refused.
 */
@Documented
@Inherited
@Repeatable(AllowLeak.Several.class)
@Target({ElementType.TYPE, ElementType.METHOD})
@Retention(RetentionPolicy.RUNTIME)
public @interface AllowLeak {

  /** Why that is right; must not be blank. */
  String reason();

  /** Of which kinds; all by default. */
  LeakKind[] kinds() default {};

  /** A regular expression that is looked for in {@link Leak#name}; by default it finds any. */
  String name() default "";

  /** Holds several. */
  @Documented
  @Inherited
  @Target({ElementType.TYPE, ElementType.METHOD})
  @Retention(RetentionPolicy.RUNTIME)
  @interface Several {
    /** Each of them. */
    AllowLeak[] value();
  }
}
