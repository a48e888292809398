/* SPDX-License-Identifier: Apache-2.0 */
package dev.keelson.testkit.faults;

import static java.time.Duration.ofSeconds;

import dev.keelson.process.Child;
import dev.keelson.process.Command;
import dev.keelson.process.CommandException;
import dev.keelson.process.LaunchException;
import dev.keelson.process.Stdin;
import dev.keelson.process.Stdout;
import dev.keelson.testkit.ProcInfo;
import dev.keelson.testkit.Procs;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * A JVM under a limit that it exhausts, and launches of every shape in it. Prints what it finds
 * wrong and exits with 1 if it does.
 */
abstract class LimitedJvm {

  /** Eight idle pipes of the library's, and its selector. */
  static final int POOLED = 8 * 2 + 3;

  static final int EAGAIN = 11;
  static final int EMFILE = 24;
  static final int WAITERS = 14;

  /** For what has to be. */
  static final long LONG = TimeUnit.SECONDS.toNanos(20);

  final List<String> findings = new ArrayList<>();
  final Map<String, Integer> outcomes = new TreeMap<>();
  private Set<Long> ours = Set.of();

  /** A launch to its end. */
  interface Launch {
    /** Returns what was read. */
    String run() throws Exception;
  }

  record Shape(String name, Launch launch) {}

  static final List<Shape> SHAPES =
      List.of(
          new Shape("captured", () -> echo().run().stdoutText()),
          new Shape("lines", LimitedJvm::lines),
          new Shape(
              "discarded",
              () -> {
                echo().stdout(Stdout.discard()).stderr(Stdout.discard()).run();
                return "a\n";
              }),
          new Shape("pipeline", () -> echo().pipe(cat()).run().stdoutText()),
          new Shape(
              "stdin",
              () ->
                  cat()
                      .stdin(Stdin.bytes("a\n".getBytes(StandardCharsets.UTF_8)))
                      .run()
                      .stdoutText()));

  /** Launches where there is less and less of what is limited, and gives all of it back. */
  abstract void exhaust() throws Exception;

  /** Does not return. */
  void run() throws Exception {
    warmUp();
    exhaust();
    expectAllWork("at the end");
    expectNobody("at the end");
    System.out.println("outcomes: " + outcomes);
    findings.forEach(finding -> System.out.println("finding: " + finding));
    System.out.flush();
    Runtime.getRuntime().halt(findings.isEmpty() ? 0 : 1);
  }

  static Command echo() {
    return Command.of("echo", "a").timeout(ofSeconds(30));
  }

  private static Command cat() {
    return Command.of("cat").timeout(ofSeconds(30));
  }

  private static String lines() throws Exception {
    StringBuffer all = new StringBuffer();
    echo().stdout(Stdout.lines(line -> all.append(line).append('\n'))).run();
    return all.toString();
  }

  /** No class is to be looked for in a file when no descriptor is left. */
  private void warmUp() throws Exception {
    LimitedCommand.loadAll(Command.class);
    LimitedCommand.loadAll(Procs.class);
    expectAllWork("at the start");
    attempt("no such program", () -> Command.of("/none/such").run().stdoutText());
    attempt("a start", LimitedJvm::startAndClose);
    findings.clear();
    outcomes.clear();
    LimitedDescriptors.describe();
    ours = Procs.children(self()).stream().map(ProcInfo::pid).collect(Collectors.toSet());
    expectNobody("at the start");
  }

  private static String startAndClose() throws Exception {
    try (Child child = sleeper().start()) {
      return Long.toString(child.pid());
    }
  }

  void expectAllWork(String when) {
    for (Shape shape : SHAPES) {
      if (!attempt(shape.name() + " " + when, shape.launch())) {
        findings.add(shape.name() + " does not work " + when);
      }
    }
  }

  /** Whether it succeeded. Any failure but those of these numbers is a finding. */
  boolean attempt(String what, Launch launch, Integer... errnos) {
    long start = System.nanoTime();
    boolean done = attempt(what, launch, List.of(errnos));
    if (System.nanoTime() - start > LONG) {
      findings.add(what + " stood still");
    }
    return done;
  }

  private boolean attempt(String what, Launch launch, List<Integer> expected) {
    try {
      String read = launch.run();
      if (!read.equals("a\n")) {
        findings.add(what + " read \"" + read + "\"");
      }
      count("success");
      return true;
    } catch (LaunchException.ResourceLimit e) {
      if (!expected.contains(e.errno())) {
        findings.add(what + ": errno " + e.errno() + ": " + e.getMessage());
      }
      count("refused with " + e.errno());
    } catch (CommandException e) {
      if (!expected.contains(EMFILE) || !isCausedBy(e, "Too many open files")) {
        findings.add(what + ": " + trace(e));
      }
      count(e.getClass().getSimpleName());
    } catch (Exception | Error e) {
      findings.add(what + ": " + trace(e));
      count(e.getClass().getSimpleName());
    }
    return false;
  }

  void count(String outcome) {
    outcomes.merge(outcome, 1, Integer::sum);
  }

  private static boolean isCausedBy(Throwable e, String text) {
    for (Throwable t = e; t != null; t = t.getCause()) {
      if (String.valueOf(t.getMessage()).contains(text)) {
        return true;
      }
    }
    return false;
  }

  static String trace(Throwable e) {
    StringBuilder all = new StringBuilder();
    for (Throwable t = e; t != null; t = t.getCause()) {
      all.append(t)
          .append(" at ")
          .append(t.getStackTrace().length > 0 ? t.getStackTrace()[0] : "?");
      all.append("; ");
    }
    return all.toString();
  }

  static Command sleeper() {
    return Command.of("sleep", "20").grace(ofSeconds(0)).stdout(Stdout.discard());
  }

  static void makeWaiters() throws Exception {
    List<Child> early = new ArrayList<>();
    for (int i = 0; i < WAITERS; i++) {
      early.add(sleeper().start());
    }
    early.forEach(Child::close);
  }

  static void startAndAwait(Command command) throws Exception {
    try (Child child = command.start()) {
      child.result();
    }
  }

  static boolean isRunning(String... names) {
    return Thread.getAllStackTraces().keySet().stream()
        .anyMatch(thread -> Arrays.stream(names).anyMatch(thread.getName()::startsWith));
  }

  void expectNobody(String when) throws Exception {
    expectNobodyBut(List.of(), when);
  }

  void expectNobodyBut(List<Child> known, String when) throws Exception {
    Set<Long> pids = known.stream().map(Child::pid).collect(Collectors.toSet());
    await(LONG, () -> strangers(pids).isEmpty());
    for (ProcInfo one : strangers(pids)) {
      findings.add(when + " there is " + one.state() + " " + one.describe());
      expectAlso(one.pid()); // said once
    }
  }

  /** From now on it is no stranger. */
  void expectAlso(long pid) {
    ours = Stream.concat(ours.stream(), Stream.of(pid)).collect(Collectors.toSet());
  }

  private List<ProcInfo> strangers(Set<Long> known) {
    return Procs.children(self()).stream()
        .filter(one -> !known.contains(one.pid()) && !ours.contains(one.pid()))
        .toList();
  }

  static long self() {
    return ProcessHandle.current().pid();
  }

  /** Something that is so sooner or later. */
  interface Condition {
    boolean holds();
  }

  static void await(long limit, Condition condition) throws InterruptedException {
    long start = System.nanoTime();
    while (!condition.holds() && System.nanoTime() - start < limit) {
      TimeUnit.MILLISECONDS.sleep(1);
    }
  }
}
