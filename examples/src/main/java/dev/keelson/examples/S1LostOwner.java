/* SPDX-License-Identifier: Apache-2.0 */
package dev.keelson.examples;

import dev.keelson.examples.LoggingProgram.Death;
import dev.keelson.lock.ResettableLock;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.locks.ReentrantLock;

/** A handler's lock, held by a thread that does not exist any more. {@link S2WhoHasIt} asks who. */
final class S1LostOwner implements Story {

  private static final int RUNS = 20;
  private static final Duration DEADLINE = Duration.ofMillis(200);
  private static final Duration PATIENCE = Duration.ofSeconds(10);

  @Override
  public String id() {
    return "S1";
  }

  @Override
  public String title() {
    return "a lock whose owner is gone";
  }

  @Override
  public void tell(Stage stage) throws Exception {
    stage.say(
        "A thread dies while it logs, and whoever logs next waits for it. Once because something"
            + " throws between lock and try. Once although the code is right, with an unlock in"
            + " each finally: at the stack's edge the unlock overflows, too, as long as the code is"
            + " not compiled. So this is told in a JVM that interprets.");
    Table table =
        new Table(List.of("the owner dies of", "runs", "ReentrantLock", "ResettableLock"));
    for (Death death : Death.values()) {
      List<String> hung =
          stage.step(
              RUNS + " runs with each lock, " + death,
              () -> StackTorture.interpret(S1LostOwner.class, death.name()));
      int plain = Integer.parseInt(hung.get(0));
      int ours = Integer.parseInt(hung.get(1));
      table.row(List.of(death.toString(), "" + RUNS, plain + " hung", ours + " hung"));
      stage.row("an owner dies of " + death, plain + " of " + RUNS + " hung", ours + " hung");
      stage.wound(plain > 0, "a ReentrantLock stays with an owner that died of " + death);
      stage.expect(ours == 0, "a lock is taken from an owner that is gone");
    }
    stage.show(table);

    ResettableLock lock = ResettableLock.builder().name("handler").build();
    boolean through = new LoggingProgram(Death.EXCEPTION, lock).run(PATIENCE);
    stage.say("What the lock remembers of it:");
    stage.show(lock.history().toString());
    stage.show("isConsistent(): " + lock.isConsistent() + ", until somebody says markConsistent()");
    stage.expect(through && !lock.isConsistent(), "the next owner is told");
  }

  /** Prints how many runs hung with either lock. */
  public static void main(String[] args) throws InterruptedException {
    Death death = Death.valueOf(args[0]);
    System.out.println(hungRuns(death, true));
    System.out.println(hungRuns(death, false));
  }

  private static int hungRuns(Death death, boolean plain) throws InterruptedException {
    int hung = 0;
    for (int i = 0; i < RUNS; i++) {
      LoggingProgram program =
          new LoggingProgram(death, plain ? new ReentrantLock() : new ResettableLock());
      // A lost lock is lost for ever; a recovered one needs the time of a busy machine at most.
      if (!program.run(plain ? DEADLINE : PATIENCE)) {
        hung++;
      }
      program.end();
    }
    return hung;
  }
}
