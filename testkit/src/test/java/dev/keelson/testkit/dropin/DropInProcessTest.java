/* SPDX-License-Identifier: Apache-2.0 */
package dev.keelson.testkit.dropin;

import static dev.keelson.testkit.dropin.Scenario.attempt;
import static dev.keelson.testkit.dropin.Scenario.of;
import static dev.keelson.testkit.dropin.Scenario.same;
import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;

import dev.keelson.testkit.Await;
import java.io.BufferedReader;
import java.io.BufferedWriter;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.parallel.Isolated;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The methods of a process other than its streams' own, side by side with the JDK's. */
@Tag("process")
@Isolated("the leak oracle sees the whole JVM")
class DropInProcessTest {

  @ParameterizedTest
  @MethodSource({"exits", "waits", "identities", "futures", "destroys", "readers"})
  void shouldBehaveAsTheJdksProcess(Scenario scenario) throws Exception {
    scenario.verify();
  }

  static Stream<Scenario> exits() {
    return Stream.of(
        of("exit 0", s -> exit(s, "exit 0")),
        of("exit 1", s -> exit(s, "exit 1")),
        of("exit 127", s -> exit(s, "exit 127")),
        of("exit 137", s -> exit(s, "exit 137")),
        of("exit 255", s -> exit(s, "exit 255")),
        of("killed", s -> exit(s, "kill -9 $$")),
        of("terminated", s -> exit(s, "kill -TERM $$")),
        of("aborted", s -> exit(s, "ulimit -c 0; kill -ABRT $$")),
        of("hung up", s -> exit(s, "kill -HUP $$")),
        of("exitValue while it runs", s -> attempt(() -> sleeping(s).exitValue())),
        of("isAlive while it runs", s -> sleeping(s).isAlive()),
        of("toString while it runs", s -> sleeping(s).toString()),
        of("toString of an exited", s -> exited(s, "exit 3").toString()),
        of("isAlive of an exited", s -> exited(s, "exit 3").isAlive()));
  }

  private static Object exit(Subject s, String script) throws Exception {
    Process process = s.sh(script).start();
    return process.waitFor() + " " + process.exitValue() + " " + process.waitFor();
  }

  private static Process exited(Subject s, String script) throws Exception {
    Process process = s.sh(script).start();
    process.waitFor();
    return process;
  }

  private static Process sleeping(Subject s) throws Exception {
    return s.of("sleep", "60").start();
  }

  static Stream<Scenario> waits() {
    return Stream.of(
        of("waitFor(0)", s -> sleeping(s).waitFor(0, TimeUnit.SECONDS)),
        of("waitFor(-1)", s -> sleeping(s).waitFor(-1, TimeUnit.SECONDS)),
        of("waitFor(50 ms)", s -> sleeping(s).waitFor(50, TimeUnit.MILLISECONDS)),
        of("waitFor(null)", s -> waitForNull(sleeping(s))),
        of("waitFor(0) of an exited", s -> exited(s, "").waitFor(0, TimeUnit.SECONDS)),
        of("waitFor(null) of an exited", s -> waitForNull(exited(s, ""))),
        of("waitFor(for ever)", s -> s.sh("").start().waitFor(Long.MAX_VALUE, TimeUnit.DAYS)),
        of("waitFor, interrupted", s -> interrupted(s, () -> sleeping(s).waitFor())),
        of(
            "waitFor(x), interrupted",
            s -> interrupted(s, () -> sleeping(s).waitFor(1, TimeUnit.DAYS))),
        of("waitFor(0), interrupted", s -> interrupted(s, () -> sleeping(s).waitFor(0, unit()))),
        of(
            "waitFor of an exited, interrupted",
            s -> {
              Process process = exited(s, "exit 4");
              return interrupted(s, process::waitFor);
            }),
        of(
            "several wait",
            s -> {
              Process process = s.sh("read x; exit 5").start();
              CompletableFuture<String> other =
                  CompletableFuture.supplyAsync(() -> attempt(process::waitFor), s::thread);
              process.getOutputStream().close();
              return process.waitFor() + other.get(10, TimeUnit.SECONDS);
            }));
  }

  private static Object waitForNull(Process process) throws Exception {
    try {
      return process.waitFor(1, null);
    } catch (NullPointerException e) {
      return "NullPointerException"; // its text names the JDK's variables
    }
  }

  private static TimeUnit unit() {
    return TimeUnit.SECONDS;
  }

  private static Object interrupted(Subject s, Scenario.Attempt action) {
    Thread.currentThread().interrupt();
    String outcome = attempt(action);
    return outcome + " " + Thread.interrupted();
  }

  static Stream<Scenario> identities() {
    return Stream.of(
        of("pid", s -> withSleeping(s, p -> p.pid() == p.toHandle().pid() && p.pid() > 1)),
        of("pid of an exited", s -> exited(s, "").pid() > 1),
        of("handle", s -> withSleeping(s, p -> p.toHandle().equals(p.toHandle()))),
        of("handle is alive", s -> withSleeping(s, p -> p.toHandle().isAlive())),
        of("handle of an exited", s -> exited(s, "").toHandle().isAlive()),
        of(
            "handle is the system's",
            s ->
                withSleeping(s, p -> ProcessHandle.of(p.pid()).orElseThrow().equals(p.toHandle()))),
        of("info", s -> withSleeping(s, DropInProcessTest::hasCommandLine)),
        of("info of an exited", s -> exited(s, "").info().command().isPresent()),
        of("children", s -> children(s, false)),
        of("descendants", s -> children(s, true)),
        of("children of an exited", s -> exited(s, "").children().count()),
        of("supportsNormalTermination", s -> sleeping(s).supportsNormalTermination()),
        of(
            "streams are the same each time",
            s ->
                withSleeping(
                    s,
                    p ->
                        same(p::getInputStream)
                            && same(p::getErrorStream)
                            && same(p::getOutputStream))),
        of("equals", s -> withSleeping(s, p -> p.equals((Object) p.toHandle()))));
  }

  /** In the middle of an exec it has none for a moment. */
  private static boolean hasCommandLine(Process process) throws Exception {
    Await.soon().until("it has a command line", () -> process.info().commandLine().isPresent());
    return true;
  }

  private interface Question {
    Object of(Process process) throws Exception;
  }

  private static Object withSleeping(Subject s, Question question) throws Exception {
    return question.of(sleeping(s));
  }

  private static Object children(Subject s, boolean all) throws Exception {
    Process process = s.sh("(sleep 60 & wait) & wait").start();
    Await.soon().until("two descendants", () -> process.descendants().count() == 2);
    return all ? process.descendants().count() : process.children().count();
  }

  static Stream<Scenario> futures() {
    return Stream.of(
        of("onExit", s -> onExit(s.sh("exit 3").start())),
        of("onExit of an exited", s -> onExit(exited(s, "exit 3"))),
        of("onExit while it runs", s -> sleeping(s).onExit().isDone()),
        of("onExit of a destroyed", s -> onExit(sleeping(s).destroyForcibly())),
        of("onExit of one without pipes", s -> onExit(s.of("sleep", "0.1").inheritIO().start())),
        of(
            "a cancelled onExit",
            s -> {
              Process process = s.sh("read x; exit 3").start();
              CompletableFuture<Process> cancelled = process.onExit();
              boolean was = cancelled.cancel(true);
              process.getOutputStream().close();
              return was + " " + onExit(process) + " " + cancelled.isCancelled();
            }),
        of(
            "a completed onExit",
            s -> {
              Process process = sleeping(s);
              process.onExit().complete(null);
              return process.onExit().isDone() + " " + process.isAlive();
            }),
        of(
            "exitValue in onExit",
            s ->
                s.sh("sleep 0.1; exit 3")
                    .start()
                    .onExit()
                    .thenApply(Process::exitValue)
                    .get(10, TimeUnit.SECONDS)));
  }

  private static Object onExit(Process process) throws Exception {
    return process.onExit().get(10, TimeUnit.SECONDS) == process ? process.exitValue() : "another";
  }

  static Stream<Scenario> destroys() {
    return Stream.of(
        of("destroy", s -> destroyed(sleeping(s), false)),
        of("destroyForcibly", s -> destroyed(sleeping(s), true)),
        of("destroy an exited", s -> destroyed(exited(s, "exit 3"), false)),
        of("destroyForcibly an exited", s -> destroyed(exited(s, "exit 3"), true)),
        of(
            "destroyForcibly returns the process",
            s -> withSleeping(s, p -> p.destroyForcibly() == p)),
        of(
            "destroy twice",
            s -> {
              Process process = sleeping(s);
              process.destroy();
              return destroyed(process, true).toString().replace("143", "137");
            }),
        of(
            "destroy is deaf to an ignored signal",
            s -> {
              Process process =
                  s.sh("trap '' TERM; echo ready; while :; do sleep 0.1; done").start();
              process.getInputStream().read();
              process.destroy();
              return process.waitFor(200, TimeUnit.MILLISECONDS) + " " + destroyed(process, true);
            }),
        of(
            "destroy by the handle",
            s -> {
              Process process = sleeping(s);
              return process.toHandle().destroy() + " " + process.waitFor();
            }),
        of(
            "streams after destroy",
            s -> {
              Process process = s.sh("echo out; echo err >&2; read x").start();
              process.getInputStream().read();
              process.destroy();
              process.waitFor();
              return attempt(() -> process.getInputStream().read())
                  + attempt(() -> process.getErrorStream().available());
            }),
        of(
            "streams of an exited after destroy",
            s -> {
              Process process = exited(s, "echo out");
              process.destroy();
              return attempt(() -> process.getInputStream().read());
            }));
  }

  private static Object destroyed(Process process, boolean forcibly) throws Exception {
    if (forcibly) {
      process.destroyForcibly();
    } else {
      process.destroy();
    }
    return process.waitFor();
  }

  static Stream<Scenario> readers() {
    return Stream.of(
        of(
            "readers and writer",
            s -> {
              Process process = s.sh("read x; echo $x; echo err >&2").start();
              try (BufferedWriter writer = process.outputWriter()) {
                writer.write("hello");
              }
              return process.inputReader().readLine() + process.errorReader().readLine();
            }),
        of(
            "the same each time",
            s ->
                withSleeping(
                    s,
                    p ->
                        same(p::inputReader)
                            && same(() -> p.errorReader(UTF_8))
                            && same(p::outputWriter))),
        of("inputReader in two charsets", s -> withSleeping(s, DropInProcessTest::twoCharsets)),
        of("inputReader(null)", s -> withSleeping(s, p -> p.inputReader(null))),
        of("errorReader(null)", s -> withSleeping(s, p -> p.errorReader(null))),
        of("outputWriter(null)", s -> withSleeping(s, p -> p.outputWriter(null))),
        of(
            "readers after exit",
            s -> {
              Process process = exited(s, "printf 'a\\nb'; printf c >&2");
              BufferedReader out = process.inputReader();
              return out.readLine()
                  + out.readLine()
                  + out.readLine()
                  + process.errorReader().readLine();
            }));
  }

  private static Object twoCharsets(Process process) {
    process.inputReader(UTF_8);
    process.outputWriter(UTF_8);
    return attempt(() -> process.inputReader(ISO_8859_1))
        + attempt(() -> process.outputWriter(ISO_8859_1));
  }
}
