/* SPDX-License-Identifier: Apache-2.0 */
package dev.keelson.examples;

import dev.keelson.cleanup.CapturingActionException;
import dev.keelson.cleanup.LeakReport;
import dev.keelson.process.Command;
import java.io.IOException;
import java.lang.ref.WeakReference;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BooleanSupplier;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * File wrappers that are forgotten, closed, or alive at the exit: whose files have their last line,
 * and how often each was released.
 */
final class S7FileWrapper implements Story {

  private static final int FILES = 50;
  private static final Duration PATIENCE = Duration.ofMillis(600);

  /** For what comes sooner or later; the finalizers of a busy machine take their time. */
  private static final Duration LONG = Duration.ofSeconds(5);

  @Override
  public String id() {
    return "S7";
  }

  @Override
  public String title() {
    return "a file wrapper that is forgotten";
  }

  /** What became of the wrappers of one kind. */
  private record Fate(int complete, int kept, int releases, boolean atExit) {
    List<String> row(String title) {
      return List.of(
          title,
          complete + " of " + FILES,
          String.valueOf(kept),
          releases + " of " + FILES,
          atExit ? "complete" : "empty");
    }
  }

  @Override
  public void tell(Stage stage) throws Exception {
    stage.say(
        FILES
            + " wrappers are forgotten, each with a last line in its buffer; "
            + FILES
            + " more are closed and then forgotten; one is alive when its JVM exits. The action of"
            + " the Cleaner is a lambda that uses a field of the wrapper: it keeps the wrapper, for"
            + " which the Cleaner waits.");
    Table table =
        new Table(
            List.of("code", "forgotten: complete", "in memory", "closed: releases", "at exit"));
    Path directory = Files.createTempDirectory("keelson-files");
    try {
      Fate finalizer = stage.step("finalizers", () -> fate(FileWrapper.FINALIZER, directory));
      Fate cleaner = stage.step("a Cleaner", () -> fate(FileWrapper.CLEANER, directory));
      Fate keelson = stage.step("a CleanupRealm", () -> fate(FileWrapper.KEELSON, directory));
      table.row(finalizer.row(FileWrapper.FINALIZER.title()));
      table.row(cleaner.row(FileWrapper.CLEANER.title()));
      table.row(keelson.row(FileWrapper.KEELSON.title()));
      stage.show(table);
      stage.row(
          FILES + " forgotten file wrappers",
          "finalizer " + finalizer.complete + ", Cleaner " + cleaner.complete + " complete",
          keelson.complete + " complete");
      stage.row(
          FILES + " closed file wrappers",
          finalizer.releases + " releases by finalizers",
          keelson.releases + " releases");
      stage.wound(finalizer.releases > FILES, "finalizers release again what was closed");
      stage.wound(
          cleaner.complete == 0 && cleaner.kept == FILES, "a capturing action keeps its owner");
      stage.wound(!finalizer.atExit && !cleaner.atExit, "nothing is released at the exit");
      stage.expect(keelson.complete == FILES && keelson.kept == 0, "the forgotten are released");
      stage.expect(keelson.releases == FILES, "the closed are released once");
      stage.expect(keelson.atExit, "what is marked for the exit is released there");
      showLeak(stage);
      showRefusal(stage, directory);
    } finally {
      delete(directory);
    }
  }

  private static void showLeak(Stage stage) {
    LeakReport leak = FileWrapper.LEAK.get();
    stage.expect(leak != null, "the forgotten are reported");
    if (leak != null) {
      stage.say("The realm told where those were made that nobody closed:");
      stage.show(String.join("\n", leak.toString().lines().limit(4).toList()) + "\n    ...");
    }
  }

  private static void showRefusal(Stage stage, Path directory) throws Exception {
    stage.say("The action that captures, given to a CleanupRealm:");
    try (AutoCloseable taken =
        FileWrapper.SAME_ON_KEELSON.around(
            new Sink(directory.resolve("refused"), new AtomicInteger()))) {
      stage.expect(taken == null, "an action that captures is refused");
    } catch (CapturingActionException e) {
      stage.say("    " + e.getMessage());
      stage.row("an action that captures", "accepted, never runs", "refused: " + e.field());
    }
  }

  private static Fate fate(FileWrapper wrapper, Path directory) throws Exception {
    List<Path> files = files(wrapper + "-forgotten-", directory);
    List<WeakReference<Object>> forgotten = open(wrapper, files, new AtomicInteger(), false);
    Duration patience = wrapper == FileWrapper.CLEANER ? PATIENCE : LONG;
    collectUntil(() -> files.stream().allMatch(Sink::isComplete), patience);
    int complete = (int) files.stream().filter(Sink::isComplete).count();
    int kept = (int) forgotten.stream().filter(each -> !each.refersTo(null)).count();

    AtomicInteger releases = new AtomicInteger();
    open(wrapper, files(wrapper + "-closed-", directory), releases, true);
    patience = wrapper == FileWrapper.FINALIZER ? LONG : PATIENCE;
    collectUntil(() -> releases.get() >= 2 * FILES, patience);
    Path atExit = directory.resolve(wrapper + "-exit");
    exit(wrapper, atExit);
    return new Fate(complete, kept, releases.get(), Sink.isComplete(atExit));
  }

  private static List<Path> files(String prefix, Path directory) {
    return IntStream.range(0, FILES).mapToObj(i -> directory.resolve(prefix + i)).toList();
  }

  /** Makes a wrapper for each and keeps none. */
  private static List<WeakReference<Object>> open(
      FileWrapper wrapper, List<Path> files, AtomicInteger releases, boolean close)
      throws Exception {
    List<WeakReference<Object>> made = new ArrayList<>();
    for (Path file : files) {
      AutoCloseable one = wrapper.around(new Sink(file, releases));
      if (close) {
        one.close();
      }
      made.add(new WeakReference<>(one));
    }
    return made;
  }

  private static void collectUntil(BooleanSupplier done, Duration patience)
      throws InterruptedException {
    long end = System.nanoTime() + patience.toNanos();
    while (!done.getAsBoolean() && System.nanoTime() - end < 0) {
      System.gc();
      Thread.sleep(20);
    }
  }

  private static void exit(FileWrapper wrapper, Path file) throws Exception {
    Command.of(Path.of(System.getProperty("java.home"), "bin", "java"))
        .args("-Xmx64m", "-cp", System.getProperty("java.class.path"))
        .args(ExitingJvm.class.getName(), wrapper.name(), file.toString())
        .timeout(Duration.ofSeconds(20))
        .run();
  }

  private static void delete(Path directory) throws IOException {
    try (Stream<Path> files = Files.list(directory)) {
      for (Path file : files.toList()) {
        Files.delete(file);
      }
    }
    Files.delete(directory);
  }
}
