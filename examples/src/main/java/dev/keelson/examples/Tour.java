/* SPDX-License-Identifier: Apache-2.0 */
package dev.keelson.examples;

import dev.keelson.process.Command;
import dev.keelson.process.Launcher;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
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
 * <p>Exits with 0 if every wound was seen, everything held, nothing was left behind and all stories
 * together took no longer than 120 s; with 1 if not, and with 2 if it was asked for a story that
 * there is not. Only the plots stay.
 */
public final class Tour {

  private static final Duration MOST = Duration.ofMinutes(2);

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
      STORIES.forEach(story -> System.out.printf("%-16s%s%n", story.id(), story.title()));
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
              + " cores, engine "
              + Launcher.system().capabilities().engine());
      sayWhatIsLeftOut(stage);
      warmUp();
      for (int i = 0; i < stories.size(); i++) {
        Story story = stories.get(i);
        stage.begin(story, i + 1, stories.size());
        story.tell(stage);
      }
      stage.end();
      sumUp(stage, stories, began);
      return stage.broken().isEmpty();
    }
  }

  /** The stories are told on the engine that is there; which one is not, and why not, is said. */
  private static void sayWhatIsLeftOut(Stage stage) {
    if (Launcher.system().capabilities().engine().equals("linux")) {
      return;
    }
    try {
      Launcher.builder().engine("linux").build().close();
    } catch (UnsupportedOperationException e) {
      stage.say("Left out: " + e.getMessage());
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

  private static void sumUp(Stage stage, List<Story> stories, long began) throws Exception {
    stage.say("");
    stage.say("== summary ==");
    stage.show(stage.summary());
    int left = Trees.endAll();
    int zombies = Census.isPossible() ? Census.countZombies() : 0;
    stage.expect(left == 0, left + " processes were left behind, and are ended now");
    stage.expect(zombies == 0, zombies + " zombies were left behind");
    long took = System.nanoTime() - began;
    boolean whole = stories.size() == STORIES.size();
    stage.expect(
        !whole || took <= MOST.toNanos(), "all stories take " + MOST.toSeconds() + " s at most");
    stage.say("");
    stage.say(held(stage, stories) + " as expected; " + stage.wounds());
    Plots.used().ifPresent(plots -> stage.say("plots are in " + plots));
    stage.say(
        String.format(
            Locale.ROOT,
            "%s; %d processes and %d zombies left behind; the tour took %s%s",
            stage.broken().isEmpty() ? "all as expected" : "NOT AS EXPECTED " + stage.broken(),
            left,
            zombies,
            Stage.seconds(took),
            whole ? " of " + MOST.toSeconds() + " s" : ""));
  }

  /** How many held: the numbered stories, and what is told beside them. */
  private static String held(Stage stage, List<Story> stories) {
    List<Story> numbered = stories.stream().filter(Tour::isNumbered).toList();
    List<Story> extras = stories.stream().filter(story -> !isNumbered(story)).toList();
    String of = numbered.stream().filter(stage::held).count() + " of " + numbered.size();
    String more = extras.stream().filter(stage::held).count() + " of " + extras.size();
    return of + " stories" + (extras.isEmpty() ? "" : " and " + more + " extras");
  }

  private static boolean isNumbered(Story story) {
    return story.id().matches("S[0-9]+");
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
