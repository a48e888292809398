/* SPDX-License-Identifier: Apache-2.0 */
package dev.keelson.examples;

import dev.keelson.process.Child;
import dev.keelson.process.Command;
import dev.keelson.process.Stdout;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

/** A second JVM starts a tree and is killed with SIGKILL, so that no shutdown hook runs. */
final class JvmDeath implements Story {

  private static final Duration PATIENCE = Duration.ofSeconds(3);

  /** For what is to be gone: it is at once, but for the time that a busy machine needs. */
  private static final Duration LONG = Duration.ofSeconds(30);

  @Override
  public String id() {
    return "jvm-death";
  }

  @Override
  public String title() {
    return "the death of the JVM";
  }

  /**
   * What became of a tree.
   *
   * @param nanos how long it took until nobody was left, if that came to pass
   */
  private record Aftermath(int before, int after, long nanos) {
    String brief() {
      return after == 0 ? "0 left after " + Stage.seconds(nanos) : after + " left";
    }
  }

  @Override
  public void tell(Stage stage) throws Exception {
    stage.say(
        "A second JVM starts a tree of 3, one of them in a session of its own, and is killed with"
            + " SIGKILL.");
    Aftermath plain =
        stage.step("a JVM with ProcessBuilder", () -> kill("ProcessBuilder", PATIENCE));
    Aftermath guarded = stage.step("a JVM with Command", () -> kill("Command", LONG));
    Table table = new Table(List.of("code", "before", "after", "gone after"));
    table.row(row("ProcessBuilder", plain));
    table.row(row("Command", guarded));
    stage.show(table);
    stage.row("SIGKILL of the JVM, a tree of 3", plain.brief(), guarded.brief());
    stage.wound(plain.after > 0, "a tree outlives its JVM");
    stage.expect(guarded.before == DoomedJvm.TREE, "the second JVM has started its tree");
    stage.expect(guarded.after == 0, "the tree of a killed JVM is ended");
  }

  private static List<String> row(String name, Aftermath aftermath) {
    return List.of(
        name,
        String.valueOf(aftermath.before),
        String.valueOf(aftermath.after),
        (aftermath.after == 0 ? "" : "still there after ") + Stage.seconds(aftermath.nanos));
  }

  private static Aftermath kill(String code, Duration patience) throws Exception {
    String nap = Trees.nap();
    Command jvm =
        Command.of(Path.of(System.getProperty("java.home"), "bin", "java"))
            .args("-Xmx64m", "-cp", System.getProperty("java.class.path"))
            .args(DoomedJvm.class.getName(), code)
            .env(DoomedJvm.NAP, nap)
            .stdout(Stdout.pipe())
            .timeout(Duration.ofSeconds(20));
    int before;
    long killed;
    try (Child child = jvm.start()) {
      boolean ready = child.stdoutLines().findFirst().isPresent();
      before = ready ? Trees.live(nap).size() : 0;
      killed = System.nanoTime();
      child.signal("KILL");
      child.await();
    }
    Trees.awaitNone(nap, patience);
    long nanos = System.nanoTime() - killed;
    return new Aftermath(before, Trees.end(nap), nanos);
  }
}
