/* SPDX-License-Identifier: Apache-2.0 */
package dev.keelson.examples.snippets;

import static java.time.Duration.ofSeconds;

import dev.keelson.process.Child;
import dev.keelson.process.Command;
import dev.keelson.process.CommandFailedException;
import dev.keelson.process.CommandTimedOutException;
import dev.keelson.process.LaunchException;
import dev.keelson.process.Result;
import dev.keelson.process.SafeProcessBuilder;
import dev.keelson.process.Stdout;
import java.io.File;
import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.CompletableFuture;

/** What README.md and docs/getting-started.md show. */
@SuppressWarnings("UnusedVariable")
public final class ReadmeSnippets {

  private ReadmeSnippets() {}

  public static void readme(Path repo) throws IOException, InterruptedException {
    // snippet: readme
    Result r =
        Command.of("git", "status", "--porcelain").directory(repo).timeout(ofSeconds(10)).run();
    r.lines().forEach(System.out::println);

    try (Child server = Command.of("my-server").stdout(Stdout.pipe()).start()) {
      server.stdoutLines().limit(1).forEach(System.out::println);
    } // close() ends the server and everything it has started
    // end
  }

  public static Process dropIn(File dir) throws IOException {
    // snippet: drop-in
    Process p = new SafeProcessBuilder("ls", "-l").directory(dir).start();
    // end
    return p;
  }

  public static String failures(Command command) throws IOException, InterruptedException {
    // snippet: failures
    try {
      return command.timeout(ofSeconds(30)).run().stdoutTrimmed();
    } catch (LaunchException.CommandNotFound e) {
      return "not installed; looked in " + e.searched();
    } catch (CommandTimedOutException e) {
      return "too slow; so far it said " + e.result().stdoutTrimmed();
    } catch (CommandFailedException e) {
      return "failed with " + e.result().status() + ": " + e.result().stderrText();
    }
    // end
  }

  public static String async() {
    // snippet: async
    CompletableFuture<Result> version = Command.of("git", "--version").runAsync();
    return version.thenApply(Result::stdoutTrimmed).join();
    // end
  }

  public static Result pipeline(Path log) throws IOException, InterruptedException {
    // snippet: pipeline
    Result result =
        Command.of("grep", "-h", "ERROR", log.toString())
            .expectExit(0, 1) // 1: no such line
            .pipe(Command.of("sort"))
            .pipe(Command.of("uniq", "-c"))
            .run();
    // end
    return result;
  }
}
