/* SPDX-License-Identifier: Apache-2.0 */
package dev.keelson.testkit.contract;

import dev.keelson.internal.spawn.engines.Engines;
import dev.keelson.process.Capabilities;
import dev.keelson.process.Command;
import dev.keelson.process.EngineLaunchers;
import dev.keelson.process.Guarantee;
import dev.keelson.process.LaunchException;
import dev.keelson.process.Launcher;
import dev.keelson.testkit.engines.SystemCallFilter;
import java.io.IOException;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;
import org.opentest4j.TestAbortedException;

/**
 * A JVM to which the kernel refuses calls, and which holds the engine that is chosen there to the
 * core of the contract: {@code RULES WHAT...}; what is {@code core}, {@code late} (a first launch
 * comes before the refusals), or rows of the table.
 */
final class FilteredMain extends EngineContract {

  private int passed;
  private int failed;

  FilteredMain() {}

  public static void main(String[] args) throws Exception {
    List<String> rules = Arrays.asList(args[0].split(","));
    List<String> what = Arrays.asList(args).subList(1, args.length);
    if (what.contains("late")) {
      late(rules);
      return;
    }
    SystemCallFilter.install(rules);
    System.out.println("engine: " + Engines.named("auto").name());
    FilteredMain main = new FilteredMain();
    if (what.contains("core")) {
      main.chapter(Exits::new);
      main.chapter(Ends::new);
    }
    for (Guarantee guarantee : Guarantee.values()) {
      if (what.contains(guarantee.name())) {
        main.row(guarantee);
      }
    }
    System.out.println("passed: " + main.passed + ", failed: " + main.failed);
    System.out.flush();
    Runtime.getRuntime().halt(0);
  }

  private static void late(List<String> rules) throws Exception {
    try (Launcher launcher = Launcher.builder().orphanGuard(false).build()) {
      launcher.run(Command.of("true"));
      SystemCallFilter.install(rules);
      for (int i = 0; i < 3; i++) {
        try {
          launcher.run(Command.of("true"));
          System.out.println("started");
        } catch (LaunchException e) {
          System.out.println(e.getClass().getSimpleName() + " " + e.errno());
        }
      }
      System.out.println("children: " + launcher.children().size());
    }
    System.out.flush();
    Runtime.getRuntime().halt(0);
  }

  /** Whatever is chosen here. */
  @Override
  EngineSubject subject() {
    return new EngineSubject("auto", () -> EngineLaunchers.over(Engines.named("auto")));
  }

  private void chapter(Supplier<ContractSuite> suites) throws Exception {
    List<Method> tests = new ArrayList<>();
    for (Class<?> type = suites.get().getClass(); type != null; type = type.getSuperclass()) {
      for (Method method : type.getDeclaredMethods()) {
        if (method.isAnnotationPresent(Test.class)) {
          tests.add(method);
        }
      }
    }
    for (Method test : tests) {
      test.setAccessible(true);
      ContractSuite suite = suites.get();
      run(suite, test.getName(), () -> test.invoke(suite));
    }
  }

  private void row(Guarantee guarantee) throws Exception {
    Rows rows = new Rows();
    Capabilities.Support support = rows.launcher().capabilities().of(guarantee);
    System.out.println(guarantee + " is " + support.level());
    run(rows, guarantee.name(), () -> rows.shouldBeAsTheTableSays(guarantee));
  }

  /** A test. */
  private interface Body {
    void run() throws Throwable;
  }

  private void run(ContractSuite suite, String name, Body body) throws Exception {
    suite.dir = Files.createTempDirectory("filtered");
    try {
      body.run();
      passed++;
    } catch (Throwable t) {
      Throwable cause = t instanceof InvocationTargetException ? t.getCause() : t;
      if (!(cause instanceof TestAbortedException)) {
        failed++;
        System.out.println("FAILED " + name);
        cause.printStackTrace(System.out);
      }
    } finally {
      suite.tidyUp();
      delete(suite);
    }
  }

  private static void delete(ContractSuite suite) throws IOException {
    try (var files = Files.walk(suite.dir)) {
      for (var file : files.sorted(java.util.Comparator.reverseOrder()).toList()) {
        Files.delete(file);
      }
    }
  }

  private static final class Exits extends ExitContract {}

  private static final class Ends extends ChildEndContract {}

  private static final class Rows extends GuaranteeContract {}
}
