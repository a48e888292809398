/* SPDX-License-Identifier: Apache-2.0 */
package dev.keelson.examples;

import dev.keelson.process.Command;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * Runs the stories and ends with a page that sums them up.
 *
 * <pre>
 * java -jar keelson-examples.jar              all stories
 * java -jar keelson-examples.jar S4 jvm-death those
 * java -jar keelson-examples.jar --list       their names
 * java -jar keelson-examples.jar --plain      for logs: no carriage returns, no colours
 * java -Dtour.plots=DIR -jar ...              where plots go; else into a new temporary directory
 * </pre>
 *
 * <p>Exits with 0 if everything held and nothing was left behind, with 1 if not, and with 2 if it
 * was asked for a story that there is not.
 */
public final class Tour {

  private static final List<Story> STORIES =
      List.of(
          new S1LostOwner(),
          new S2WhoHasIt(),
          new S3Boundary(),
          new S4LaunchByLuck(),
          new S5ManyLaunches(),
          new S6TaskServer(),
          new S7FileWrapper(),
          new S8ForgottenReferences(),
          new S9DroppedTrees(),
          new S10WorkThatIsForgotten(),
          new S11LostWake(),
          new S12OneWait(),
          new S13ToolsInTests(),
          new CancelQuery(),
          new ReplaceProcessBuilder(),
          new TeardownReport(),
          new JvmDeath(),
          new StackTorture(),
          new CapabilitiesHere());

  private Tour() {}

  public static void main(String[] args) throws Exception {
    List<String> wanted = new ArrayList<>(List.of(args));
    boolean plain = wanted.remove("--plain") || !writesToTerminal();
    if (wanted.remove("--list")) {
      STORIES.forEach(story -> System.out.printf("%-14s%s%n", story.id(), story.title()));
      return;
    }
    List<Story> chosen = choose(wanted);
    if (chosen.isEmpty()) {
      System.err.println("There is no such story: " + wanted + "; --list names them.");
      System.exit(2);
    }
    if (!Census.isPossible()) {
      System.out.println("The stories need /bin/sh and /proc; here is what is promised without.");
      chosen = List.of(new CapabilitiesHere());
    }
    Trees.endAllAtExit();
    System.exit(run(chosen, plain) ? 0 : 1);
  }

  private static List<Story> choose(List<String> wanted) {
    List<Story> chosen = new ArrayList<>();
    for (Story story : STORIES) {
      if (wanted.isEmpty() || wanted.stream().anyMatch(story.id()::equalsIgnoreCase)) {
        chosen.add(story);
      }
    }
    return wanted.isEmpty() || chosen.size() == wanted.size() ? chosen : List.of();
  }

  private static boolean run(List<Story> stories, boolean plain) throws Exception {
    long began = System.nanoTime();
    try (Stage stage = new Stage(plain)) {
      stage.say(
          "Keelson tour: "
              + stories.size()
              + " stories, Java "
              + Runtime.version()
              + ", "
              + System.getProperty("os.name")
              + ", "
              + Runtime.getRuntime().availableProcessors()
              + " cores");
      warmUp();
      for (int i = 0; i < stories.size(); i++) {
        Story story = stories.get(i);
        stage.begin(story, i + 1, stories.size());
        story.tell(stage);
      }
      sumUp(stage, began);
      return stage.broken().isEmpty();
    }
  }

  /**
   * Uses both sides once, so that what each keeps for good is not counted as a leak of the first
   * story: classes, Keelson's loop thread, its watchdog with a lifeline.
   */
  private static void warmUp() throws IOException, InterruptedException {
    if (Census.isPossible()) {
      Command.of("true").run();
      new ProcessBuilder("true").start().waitFor();
    }
  }

  private static void sumUp(Stage stage, long began) throws Exception {
    stage.say("");
    stage.say("== summary ==");
    stage.show(stage.summary());
    int left = Trees.endAll();
    int zombies = Census.isPossible() ? Census.countZombies() : 0;
    stage.expect(left == 0, left + " processes were left behind, and are ended now");
    stage.expect(zombies == 0, zombies + " zombies were left behind");
    stage.say("");
    stage.say(
        String.format(
            Locale.ROOT,
            "%s; %d processes and %d zombies left behind; the tour took %s",
            stage.broken().isEmpty() ? "all as expected" : "NOT AS EXPECTED " + stage.broken(),
            left,
            zombies,
            Stage.seconds(System.nanoTime() - began)));
  }

  /** Whether progress may be drawn over itself. */
  private static boolean writesToTerminal() {
    try {
      String target = Files.readSymbolicLink(Path.of("/proc/self/fd/1")).toString();
      return target.startsWith("/dev/pts/") || target.startsWith("/dev/tty");
    } catch (IOException e) {
      return false;
    }
  }
}
