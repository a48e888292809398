/* SPDX-License-Identifier: Apache-2.0 */
package dev.keelson.testkit.dropin;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;

import dev.keelson.testkit.LeakScope;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.EnumSet;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * Something a program does with a builder, and what came of it as text: a value, or an exception
 * with its message and its cause's. It is run with the JDK's builder and with ours, and the texts
 * are compared.
 */
final class Scenario {

  /** What a program does; what it returns is its outcome. */
  @FunctionalInterface
  interface Body {
    Object run(Subject subject) throws Exception;
  }

  private static final long LIMIT_SECONDS = 60;

  private final String name;
  private final Body body;
  private final Set<Flavour> flavours = EnumSet.of(Flavour.SAFE, Flavour.SAFE_PORTABLE);
  private String ours;

  private Scenario(String name, Body body) {
    this.name = name;
    this.body = body;
  }

  static Scenario of(String name, Body body) {
    return new Scenario(name, body);
  }

  /** We differ on purpose, for the reason given: this is our outcome, and it is not the JDK's. */
  Scenario differs(String outcome, String reason) {
    if (reason.isBlank()) {
      throw new IllegalArgumentException("a difference needs a reason: " + name);
    }
    ours = outcome;
    return this;
  }

  /** Not promised where only the JDK's own pipes work. */
  Scenario exceptWithStreams(String reason) {
    if (reason.isBlank()) {
      throw new IllegalArgumentException("an exception needs a reason: " + name);
    }
    if (Flavour.isOnStreams()) {
      flavours.remove(Flavour.SAFE_PORTABLE);
    }
    return this;
  }

  void verify() throws Exception {
    String theirs = outcome(Flavour.JDK);
    for (Flavour flavour : flavours) {
      // Now: what the JDK has left behind is not ours.
      LeakScope oracle = LeakScope.open().within(Duration.ofSeconds(20));
      String outcome = outcome(flavour);
      oracle.assertNoLeaks();
      assertEquals(ours == null ? theirs : ours, outcome, () -> name + " with " + flavour);
    }
    if (ours != null) {
      assertNotEquals(ours, theirs, () -> name + " is no difference any more");
    }
  }

  /**
   * On a thread of its own: the JDK may hang, and an interrupted status must not stay with the
   * test's thread.
   */
  private String outcome(Flavour flavour) throws Exception {
    try (Subject subject = new Subject(flavour)) {
      FutureTask<Object> task = new FutureTask<>(() -> body.run(subject));
      Thread thread = new Thread(task, "scenario");
      thread.setDaemon(true);
      thread.start();
      String text;
      try {
        text = text(task.get(LIMIT_SECONDS, TimeUnit.SECONDS));
      } catch (ExecutionException e) {
        text = text(e.getCause());
      } catch (TimeoutException e) {
        AssertionError hanging = new AssertionError(name + " hangs with " + flavour, e);
        hanging.setStackTrace(thread.getStackTrace());
        throw hanging;
      }
      thread.join();
      return text.replace(subject.dir.toString(), "DIR").replaceAll("pid=\\d+", "pid=N");
    }
  }

  static String text(Object outcome) {
    if (outcome instanceof AssertionError failure) {
      throw failure;
    }
    if (outcome instanceof Throwable failure) {
      Throwable cause = failure.getCause();
      return failure.getClass().getName()
          + ": "
          + failure.getMessage()
          + (cause == null ? "" : " <- " + cause.getClass().getName() + ": " + cause.getMessage());
    }
    return outcome instanceof byte[] bytes
        ? new String(bytes, StandardCharsets.UTF_8)
        : String.valueOf(outcome);
  }

  /** What an action throws, as text; "fine" if it returns. */
  static String attempt(Attempt action) {
    try {
      Object result = action.run();
      return result == null ? "fine" : text(result);
    } catch (Exception e) {
      return text(e);
    }
  }

  /** Whether a getter returns the same object twice. */
  static boolean same(Attempt getter) throws Exception {
    Object first = getter.run();
    Object second = getter.run();
    return first == second;
  }

  /** Something that may fail. */
  @FunctionalInterface
  interface Attempt {
    Object run() throws Exception;
  }

  @Override
  public String toString() {
    return name;
  }
}
