/* SPDX-License-Identifier: Apache-2.0 */
package dev.keelson.testkit;

import static java.util.Objects.requireNonNull;

import java.lang.reflect.Method;
import java.util.List;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.InvocationInterceptor;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolver;
import org.junit.jupiter.api.extension.ReflectiveInvocationContext;
import org.junit.platform.commons.support.AnnotationSupport;
import org.junit.platform.commons.support.ReflectionSupport;

/**
 * The JUnit extension behind {@link ScheduleTest}: calls the test method once for each schedule, in
 * the place of the one call that JUnit would make.
 *
 * <p><b>Thread safety.</b> Stateless.
 */
public final class ScheduleExtension implements InvocationInterceptor, ParameterResolver {

  /** Takes the place of the seed of every {@link ScheduleTest}. */
  static final String SEED = "keelson.testkit.scheduleSeed";

  /** What JUnit is given as the argument; each call gets one of its own. */
  private static final Schedule NONE = new Schedule(new NoStage());

  /** Made by JUnit. */
  public ScheduleExtension() {}

  @Override
  public boolean supportsParameter(ParameterContext parameter, ExtensionContext context) {
    return parameter.getParameter().getType() == Schedule.class;
  }

  @Override
  public Object resolveParameter(ParameterContext parameter, ExtensionContext context) {
    return NONE;
  }

  @Override
  public void interceptTestMethod(
      Invocation<Void> invocation,
      ReflectiveInvocationContext<Method> call,
      ExtensionContext context)
      throws Throwable {
    Method method = call.getExecutable();
    ScheduleTest wish =
        AnnotationSupport.findAnnotation(method, ScheduleTest.class)
            .orElseThrow(
                () ->
                    new IllegalStateException(
                        method + " is no @ScheduleTest, but extended by its extension"));
    List<Object> arguments = call.getArguments();
    if (!arguments.contains(NONE)) {
      throw new IllegalStateException(
          method + " has no parameter of type Schedule, which is where its threads are started");
    }
    invocation.skip();
    Object target = requireNonNull(call.getTarget().orElse(null));
    schedules(wish)
        .check(
            schedule -> {
              Object[] own =
                  arguments.stream().map(each -> each == NONE ? schedule : each).toArray();
              ReflectionSupport.invokeMethod(method, target, own);
            });
  }

  private static Schedules schedules(ScheduleTest wish) {
    Long seed = Long.getLong(SEED);
    return Schedules.of(
        wish.strategy(),
        wish.depth(),
        wish.iterations(),
        seed == null ? wish.seed() : seed,
        wish.maxSteps(),
        wish.replay().isBlank() ? null : wish.replay());
  }
}
