/* SPDX-License-Identifier: Apache-2.0 */
package dev.keelson.testkit.stress;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.time.Duration.ofMillis;
import static java.time.Duration.ofSeconds;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.keelson.process.Child;
import dev.keelson.process.Command;
import dev.keelson.process.CommandException;
import dev.keelson.process.LaunchException;
import dev.keelson.process.Launcher;
import dev.keelson.process.Result;
import dev.keelson.process.Stdin;
import dev.keelson.process.Stdout;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;

/** The ways of launching something, each of which checks what came of it. */
public enum Shape {
  CAPTURED {
    @Override
    public void launch(String token, Random random) throws Exception {
      Result result = Command.shell("echo " + token + "; echo err-" + token + " >&2").run();
      assertEquals(token, result.stdoutTrimmed());
      assertEquals("err-" + token + "\n", result.stderrText());
    }
  },
  LINES {
    @Override
    public void launch(String token, Random random) throws Exception {
      List<String> lines = Collections.synchronizedList(new ArrayList<>());
      Command.of("printf", "%s\\n%s\\n", token, "end").stdout(Stdout.lines(lines::add)).run();
      assertEquals(List.of(token, "end"), lines);
    }
  },
  BYTES {
    @Override
    public void launch(String token, Random random) throws Exception {
      byte[] bytes = new byte[random.nextInt(200_000)];
      random.nextBytes(bytes);
      assertArrayEquals(bytes, Command.of("cat").stdin(Stdin.bytes(bytes)).run().stdout());
    }
  },
  PIPED {
    @Override
    public void launch(String token, Random random) throws Exception {
      try (Child child = Command.of("cat").stdin(Stdin.pipe()).stdout(Stdout.pipe()).start()) {
        child.stdin().write(token.getBytes(UTF_8));
        child.stdin().close();
        assertEquals(token, new String(child.stdout().readAllBytes(), UTF_8));
      }
    }
  },
  PIPELINE {
    @Override
    public void launch(String token, Random random) throws Exception {
      Command cat = Command.of("cat");
      assertEquals(token, Command.of("echo", token).pipe(cat).pipe(cat).run().stdoutTrimmed());
    }
  },
  ASYNC_CANCELLED {
    @Override
    public void launch(String token, Random random) throws Exception {
      CompletableFuture<Result> future =
          Launcher.system().runAsync(Command.of("sleep", "30").grace(ofMillis(20)));
      pause(random);
      future.cancel(true);
    }
  },
  KILLED {
    @Override
    public void launch(String token, Random random) throws Exception {
      try (Child child = Command.of("sleep", "30").start()) {
        pause(random);
        child.signal("KILL");
        assertEquals(137, assertThrows(CommandException.class, child::result).result().exitCode());
      }
    }
  },
  CLOSED {
    @Override
    public void launch(String token, Random random) throws Exception {
      Command family = Command.shell("trap '' TERM; sleep 30 & (sleep 30 &); sleep 30");
      try (Child child = family.grace(ofMillis(random.nextInt(20))).start()) {
        pause(random);
        if (random.nextBoolean()) {
          child.terminate(ofMillis(5));
        }
      }
    }
  },
  TIMED_OUT {
    @Override
    public void launch(String token, Random random) throws Exception {
      Command slow = Command.shell("echo " + token + "; sleep 30").grace(ofMillis(20));
      assertThrows(CommandException.class, () -> slow.timeout(ofMillis(random.nextInt(40))).run());
    }
  },
  HELD_PIPE {
    @Override
    public void launch(String token, Random random) throws Exception {
      Command holder = Command.shell("sleep 0.3 & echo " + token);
      Result result =
          holder.drain(dev.keelson.process.Drain.graceful(ofMillis(random.nextInt(20)))).run();
      assertEquals(token, result.stdoutTrimmed());
    }
  };

  private static final String TOO_LONG = "x".repeat(131_072);

  /** Launches something that says the token. */
  public abstract void launch(String token, Random random) throws Exception;

  /** Launches something that cannot be started. */
  public void refused(Random random) {
    Command command =
        switch (random.nextInt(3)) {
          case 0 -> Command.of("/nonexistent/program");
          case 1 -> Command.of("true").directory(Path.of("/nonexistent"));
          default -> Command.of("true", TOO_LONG);
        };
    Command streams = command.stdin(Stdin.bytes(new byte[9])).timeout(ofSeconds(30));
    switch (random.nextInt(3)) {
      case 0 -> assertThrows(LaunchException.class, streams::run);
      case 1 -> assertThrows(LaunchException.class, streams::start);
      default ->
          assertThrows(LaunchException.class, () -> Command.of("echo", "x").pipe(command).run());
    }
  }

  private static void pause(Random random) throws InterruptedException {
    Thread.sleep(0, random.nextInt(999_999));
    if (random.nextInt(3) == 0) {
      Thread.sleep(random.nextInt(8));
    }
  }
}
