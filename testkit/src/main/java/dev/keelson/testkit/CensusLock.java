/* SPDX-License-Identifier: Apache-2.0 */
package dev.keelson.testkit;

import java.lang.reflect.Method;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.parallel.ResourceAccessMode;
import org.junit.jupiter.api.parallel.ResourceLocksProvider;
import org.junit.jupiter.api.parallel.Resources;

/**
 * Keeps other tests from running while a {@link NoLeaks} test is watched that holds the whole JVM
 * responsible, as JUnit's {@code Isolated} does. Asked by JUnit.
 *
 * <p><b>Thread safety.</b> Stateless.
 */
public final class CensusLock implements ResourceLocksProvider {

  private static final Set<Lock> ALONE =
      Set.of(new Lock(Resources.GLOBAL, ResourceAccessMode.READ_WRITE));

  /** Made by JUnit. */
  public CensusLock() {}

  @Override
  public Set<Lock> provideForClass(Class<?> testClass) {
    return locks(LeakWish.ofClass(testClass));
  }

  @Override
  public Set<Lock> provideForNestedClass(List<Class<?>> enclosing, Class<?> testClass) {
    return locks(LeakWish.ofClass(testClass));
  }

  @Override
  public Set<Lock> provideForMethod(List<Class<?>> enclosing, Class<?> testClass, Method method) {
    return locks(LeakWish.ofMethod(testClass, method));
  }

  private static Set<Lock> locks(LeakWish wish) {
    return wish.isCensus() ? ALONE : Set.of();
  }
}
