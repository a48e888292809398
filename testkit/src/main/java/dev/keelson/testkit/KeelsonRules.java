/* SPDX-License-Identifier: Apache-2.0 */
package dev.keelson.testkit;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.AccessTarget;
import com.tngtech.archunit.core.domain.JavaAccess;
import com.tngtech.archunit.lang.ArchRule;

/**
 * Rules for ArchUnit that keep a program's launches in Keelson's hands. ArchUnit is an optional
 * dependency: a project that uses this class has it on its own test path, and nothing else of the
 * testkit loads it.
 *
 * <p>A program that breaks a rule in many old places freezes those: {@code
 * FreezingArchRule.freeze(NO_RAW_PROCESS_BUILDER)}. Where there are no tests to put a rule into,
 * the resource {@code dev/keelson/testkit/no-raw-process-builder.txt} says the same to the Maven,
 * Gradle or Ant task of forbidden-apis.
 *
 * <p>Immutable; safe for use by multiple threads.
 */
public final class KeelsonRules {

  /**
   * Nobody starts a process by {@link ProcessBuilder} or {@link Runtime}, be it by a method
   * reference. What only holds a {@code ProcessBuilder}, to hand it to {@code
   * SafeProcessBuilder.from}, starts nothing and is left alone. Reflection is not seen.
   */
  public static final ArchRule NO_RAW_PROCESS_BUILDER =
      noClasses()
          .should()
          .accessTargetWhere(
              DescribedPredicate.<JavaAccess<?>>describe(
                  "the target starts a raw process", access -> starts(access.getTarget())))
          .as("no classes should start a raw process, by ProcessBuilder or Runtime.exec")
          .because(
              "it can deadlock on its pipes, outlive this JVM and leak descriptors; use"
                  + " Command.of(...), or replace ProcessBuilder by SafeProcessBuilder");

  private KeelsonRules() {}

  private static boolean starts(AccessTarget target) {
    String name = target.getName();
    return target.getOwner().isAssignableTo(Runtime.class)
        ? name.equals("exec")
        : target.getOwner().isAssignableTo(ProcessBuilder.class)
            && (name.equals("start") || name.equals("startPipeline"));
  }
}
