/* SPDX-License-Identifier: Apache-2.0 */
package dev.keelson.benchmarks;

import dev.keelson.process.Child;
import dev.keelson.process.Command;
import dev.keelson.process.Stdout;
import java.io.File;
import java.io.IOException;
import java.lang.ProcessBuilder.Redirect;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/** A child that runs until it is killed, without pipes, of whichever side. */
interface Live {

  List<String> PROGRAM = List.of("sleep", "3600");

  void kill() throws IOException;

  CompletableFuture<?> ended();

  /** Starts one. */
  static Live start(String side) throws Exception {
    return switch (side) {
      case Side.KEELSON -> new Ours();
      case Side.PROCESS_BUILDER -> new Theirs();
      default -> throw new IllegalArgumentException("there is no side " + side);
    };
  }

  /** Starts and kills so many, one after the other, so that what is measured then is compiled. */
  static void warmUp(String side, int times) throws Exception {
    for (int i = 0; i < times; i++) {
      Live child = start(side);
      child.kill();
      child.ended().get();
    }
  }

  /** Kills it, and tells how many microseconds later its future was complete. */
  static double killed(Live child) throws Exception {
    CompletableFuture<Long> notified = child.ended().thenApply(ignored -> System.nanoTime());
    Thread.sleep(2);
    long began = System.nanoTime();
    child.kill();
    return (notified.get() - began) / 1e3;
  }

  /** Keelson's. */
  final class Ours implements Live {
    private static final Command COMMAND =
        Command.of(PROGRAM).stdout(Stdout.discard()).stderr(Stdout.discard());
    private final Child child = COMMAND.start();

    Ours() throws Exception {}

    @Override
    public void kill() throws IOException {
      child.signal("KILL");
    }

    @Override
    public CompletableFuture<?> ended() {
      return child.onExit();
    }
  }

  /** The JDK's. */
  final class Theirs implements Live {
    private final Process process =
        new ProcessBuilder(PROGRAM)
            .redirectInput(Redirect.from(new File("/dev/null")))
            .redirectOutput(Redirect.DISCARD)
            .redirectError(Redirect.DISCARD)
            .start();

    Theirs() throws IOException {}

    @Override
    public void kill() {
      process.destroyForcibly();
    }

    @Override
    public CompletableFuture<?> ended() {
      return process.onExit();
    }
  }
}
