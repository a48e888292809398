/* SPDX-License-Identifier: Apache-2.0 */
package dev.keelson.testkit;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Inherited;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.parallel.ResourceLock;

/**
 * No test of this class may leave anything behind: {@link LeakCheck} opens a {@link LeakScope}
 * before each and asks it afterwards.
 *
 * <pre>{@code
 * @NoLeaks
 * class PoolTest {
 *   @Test
 *   void shouldEndItsChildrenWhenClosed() { ... }
 * }
 * }</pre>
 *
 * <p>The scope is opened before, and judged after, the methods of the class that set up and tear
 * down each test; what {@code @BeforeAll} creates is not blamed. With {@link Scope#CLASS} there is
 * one scope for the class, around {@code @BeforeAll} and {@code @AfterAll}. A test method that has
 * a parameter of type {@link LeakScope} is given its scope.
 *
 * <p>In {@link LeakMode#CENSUS}, which sees the whole JVM, no other test runs at the same time. In
 * {@link LeakMode#TOKEN} tests may run in parallel.
 *
 * <p>Needs JUnit 5.13 or newer. See {@link AllowLeak} for what is to be left out.
 */
@Documented
@Inherited
@Target({ElementType.TYPE, ElementType.METHOD})
@Retention(RetentionPolicy.RUNTIME)
@ExtendWith(LeakCheck.class)
@ResourceLock(providers = CensusLock.class)
public @interface NoLeaks {

  /** What may leave nothing behind. */
  enum Scope {
    /** Each test by itself. */
    METHOD,
    /** The class as a whole; on a method it counts as {@link #METHOD}. */
    CLASS
  }

  /** What to look for. */
  LeakKind[] kinds() default {
    LeakKind.SURVIVOR,
    LeakKind.ZOMBIE,
    LeakKind.THREAD,
    LeakKind.DESCRIPTOR,
    LeakKind.FILE,
    LeakKind.LOCK
  };

  /** What may leave nothing behind; each test by default. */
  Scope scope() default Scope.METHOD;

  /** What is held responsible; the whole JVM by default. */
  LeakMode mode() default LeakMode.CENSUS;

  /** How long things may take to go away, in milliseconds. */
  long withinMillis() default 2_000;
}
