/* SPDX-License-Identifier: Apache-2.0 */
package dev.keelson.examples.snippets;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.time.Duration.ofSeconds;
import static java.util.concurrent.TimeUnit.SECONDS;

import dev.keelson.process.Command;
import dev.keelson.process.CommandFailedException;
import dev.keelson.process.Drain;
import dev.keelson.process.Result;
import dev.keelson.process.SafeProcessBuilder;
import dev.keelson.process.Stdin;
import dev.keelson.process.Stdout;
import java.io.File;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Path;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;

/** What docs/migrating.md shows; the old lines of other libraries are among the benchmarks. */
public final class MigratingSnippets {

  private MigratingSnippets() {}

  public static String processBuilderOld(File dir) throws IOException, InterruptedException {
    // snippet: processbuilder-old
    Process p = new ProcessBuilder("git", "rev-parse", "HEAD").directory(dir).start();
    String out = new String(p.getInputStream().readAllBytes(), UTF_8).strip();
    if (!p.waitFor(10, SECONDS)) {
      p.destroyForcibly();
      throw new IOException("timed out");
    }
    if (p.exitValue() != 0) {
      throw new IOException("git failed: " + p.exitValue());
    }
    // end
    return out;
  }

  public static String processBuilderDropIn(File dir) throws IOException, InterruptedException {
    // snippet: processbuilder-drop-in
    Process p = new SafeProcessBuilder("git", "rev-parse", "HEAD").directory(dir).start();
    // end
    return new String(p.getInputStream().readAllBytes(), UTF_8) + p.waitFor();
  }

  public static String dropInDeadline(File dir) throws IOException, InterruptedException {
    // snippet: drop-in-deadline
    Process p = new SafeProcessBuilder("git", "rev-parse", "HEAD").directory(dir).start();
    CompletableFuture.delayedExecutor(10, SECONDS).execute(p.toHandle()::destroyForcibly);
    String out = new String(p.getInputStream().readAllBytes(), UTF_8).strip();
    int code = p.waitFor(); // 137 if it was ended
    // end
    return out + code;
  }

  public static String processBuilderNew(Path dir) throws IOException, InterruptedException {
    // snippet: processbuilder-new
    Result result =
        Command.of("git", "rev-parse", "HEAD").directory(dir).timeout(ofSeconds(10)).run();
    String out = result.stdoutTrimmed();
    // end
    return out;
  }

  public static int environmentOld(ProcessBuilder builder)
      throws IOException, InterruptedException {
    // snippet: environment-old
    builder.environment().put("LANG", "C");
    builder.environment().remove("DISPLAY");
    builder.redirectErrorStream(true).inheritIO();
    int code = builder.start().waitFor();
    // end
    return code;
  }

  public static int environmentNew(Command command) throws IOException, InterruptedException {
    // snippet: environment-new
    Command inherited =
        command
            .env("LANG", "C")
            .unsetEnv("DISPLAY")
            .stdin(Stdin.inherit())
            .stdout(Stdout.inherit())
            .mergeStderr();
    int code = inherited.anyExit().run().exitCode();
    // end
    return code;
  }

  public static String ztExecNew() throws IOException, InterruptedException {
    // snippet: ztexec-new
    Result result =
        Command.of("java", "-version").mergeStderr().timeout(ofSeconds(60)).expectExit(0).run();
    String out = result.stdoutText();
    int code = result.exitCode();
    // end
    return code + out;
  }

  public static void ztExecStreamsNew(Consumer<String> log)
      throws IOException, InterruptedException {
    // snippet: ztexec-lines-new
    Command.of("make", "all").mergeStderr().stdout(Stdout.lines(log)).run();
    // end
  }

  public static int commonsExecNew(OutputStream out) throws IOException, InterruptedException {
    // snippet: commonsexec-new
    Command print =
        Command.of("lp", "-d", "office")
            .args("report 1.pdf")
            .expectExit(0, 1)
            .timeout(ofSeconds(60));
    Result result = print.mergeStderr().stdout(Stdout.to(() -> out)).run();
    int code = result.exitCode();
    // end
    return code;
  }

  public static int exitOld(Command command) throws IOException, InterruptedException {
    // snippet: exit-codes
    int code = command.anyExit().run().exitCode(); // throws for no code
    command.expectExit(0, 1).run(); // these two are fine, others throw
    try {
      command.run();
    } catch (CommandFailedException e) {
      code = e.result().exitCode();
    }
    // end
    return code;
  }

  public static String detachedHelper(Command command) throws IOException, InterruptedException {
    // snippet: drain
    String early = command.drain(Drain.untilExit()).run().stdoutText(); // as java.lang.Process does
    String all = command.drain(Drain.untilEof()).timeout(ofSeconds(60)).run().stdoutText();
    // end
    return early + all;
  }
}
