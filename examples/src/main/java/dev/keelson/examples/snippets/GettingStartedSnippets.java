/* SPDX-License-Identifier: Apache-2.0 */
package dev.keelson.examples.snippets;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.time.Duration.ofMinutes;
import static java.time.Duration.ofSeconds;

import dev.keelson.process.Capabilities;
import dev.keelson.process.Child;
import dev.keelson.process.Command;
import dev.keelson.process.Guarantee;
import dev.keelson.process.Launcher;
import dev.keelson.process.Result;
import dev.keelson.process.Stdin;
import dev.keelson.process.Stdout;
import dev.keelson.process.Teardown;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/** What docs/getting-started.md shows beside {@link ReadmeSnippets}. */
public final class GettingStartedSnippets {

  private GettingStartedSnippets() {}

  public static void input(Path archive, String token) throws IOException, InterruptedException {
    // snippet: input
    Result sorted = Command.of("sort").stdin(Stdin.text("b\na\n")).run();
    Result summed = Command.of("sha256sum").stdin(Stdin.file(archive)).run(); // no byte passes here
    Command.of("deploy").secretEnv("DEPLOY_TOKEN", token).run(); // masked in all we write
    // end
    System.out.println(sorted.stdoutText() + summed.stdoutText());
  }

  public static void output(Path log) throws IOException, InterruptedException {
    // snippet: output
    Command build = Command.of("make", "all").timeout(ofMinutes(20));
    build.stdout(Stdout.lines(System.out::println)).mergeStderr().run(); // as it comes
    build.stdout(Stdout.file(log)).run(); // no byte passes through this process
    build.stdout(Stdout.tee(Stdout.capture(), Stdout.append(log))).run(); // both
    build.keepHeadAndTail(64 * 1024).run(); // of a long output, both ends
    // end
  }

  public static void child() throws IOException, InterruptedException {
    // snippet: child
    Command calculator = Command.of("bc").stdin(Stdin.pipe()).stdout(Stdout.pipe());
    try (Child child = calculator.grace(ofSeconds(1)).start()) {
      child.stdin().write("6 * 7\n".getBytes(US_ASCII));
      child.stdin().close();
      child.stdoutLines().forEach(System.out::println);
      System.out.println(child.await());
    }
    // end
  }

  public static void teardown(Child child) {
    // snippet: teardown
    Teardown teardown = child.terminate(ofSeconds(2));
    System.out.println(teardown.ended());
    if (!teardown.isComplete()) {
      System.out.println("still there: " + teardown.escaped());
    }
    // end
  }

  public static List<Result> launcher(List<Command> commands) {
    // snippet: launcher
    try (Launcher launcher =
        Launcher.builder().maxConcurrent(4).defaultTimeout(ofMinutes(5)).build()) {
      List<CompletableFuture<Result>> futures = commands.stream().map(launcher::runAsync).toList();
      return futures.stream().map(CompletableFuture::join).toList();
    } // close() ends whatever still runs
    // end
  }

  public static void capabilities() {
    // snippet: capabilities
    Capabilities here = Launcher.system().capabilities();
    System.out.println(here.of(Guarantee.ORPHAN_GUARD).level());
    System.out.println(here);
    // end
  }
}
