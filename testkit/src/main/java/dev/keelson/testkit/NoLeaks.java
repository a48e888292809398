/* SPDX-License-Identifier: Apache-2.0 */
package dev.keelson.testkit;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Inherited;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.parallel.Isolated;

/**
 * No test of this class may leave anything behind: {@link LeakCheck} takes a {@link LeakOracle}'s
 * snapshot before each and asks it afterwards.
 *
 * <pre>{@code
 * @NoLeaks
 * class PoolTest {
 *   @Test
 *   void shouldEndItsChildrenWhenClosed() { ... }
 * }
 * }</pre>
 *
 * <p>The snapshot is taken before, and the check made after, the methods of the class that set up
 * and tear down each test; what {@code @BeforeAll} creates is never blamed. Since the oracle sees
 * the whole JVM, no other test runs at the same time.
 */
@Documented
@Inherited
@Target({ElementType.TYPE, ElementType.METHOD})
@Retention(RetentionPolicy.RUNTIME)
@ExtendWith(LeakCheck.class)
@Isolated("the leak oracle sees the whole JVM")
public @interface NoLeaks {

  /** What to look for. */
  LeakKind[] kinds() default {
    LeakKind.SURVIVOR, LeakKind.ZOMBIE, LeakKind.THREAD, LeakKind.DESCRIPTOR, LeakKind.FILE
  };

  /** How long things may take to go away, in milliseconds. */
  long withinMillis() default 2_000;
}
