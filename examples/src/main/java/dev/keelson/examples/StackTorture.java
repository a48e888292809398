/* SPDX-License-Identifier: Apache-2.0 */
package dev.keelson.examples;

import dev.keelson.lock.ResettableLock;
import dev.keelson.process.Command;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.locks.Lock;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;

/**
 * Correct code that loses its lock: {@code lock(); try ... finally unlock()} where the stack ends.
 * The unlock in the finally block needs stack, too.
 */
final class StackTorture implements Story {

  private static final int THREADS = 200;

  @Override
  public String id() {
    return "stack-overflow";
  }

  @Override
  public String title() {
    return "locks after a StackOverflowError in correct code";
  }

  @Override
  public void tell(Stage stage) throws Exception {
    stage.say(
        THREADS
            + " threads recurse under lock(), try, finally, unlock() until the stack ends, in a JVM"
            + " that interprets, as each does before it compiles.");
    List<String> lost = stage.step("two kinds of locks", () -> interpret(StackTorture.class));
    int theirs = Integer.parseInt(lost.get(0));
    int ours = Integer.parseInt(lost.get(1));
    stage.say(
        "ReentrantLock: " + theirs + " of " + THREADS + " locks belong to a dead thread now.");
    stage.say("ResettableLock: " + ours + ", since whoever comes next takes it from the dead.");
    stage.row("locks lost to " + THREADS + " stack overflows", "" + theirs, "" + ours);
    stage.wound(theirs > 0, "a ReentrantLock is lost to a StackOverflowError");
    stage.expect(ours == 0, "no ResettableLock is lost to a StackOverflowError");
  }

  /** What a program prints in a JVM that never compiles it. */
  static List<String> interpret(Class<?> main, String... args) throws Exception {
    return Command.of(Path.of(System.getProperty("java.home"), "bin", "java"))
        .args("-Xint", "-Xmx64m")
        .args("-cp", System.getProperty("java.class.path"))
        .args(main.getName())
        .args(args)
        .timeout(Duration.ofMinutes(1))
        .run()
        .lines();
  }

  public static void main(String[] args) throws InterruptedException {
    System.out.println(lost(ReentrantLock::new));
    System.out.println(lost(ResettableLock::new));
  }

  /** How many locks nobody can have any more. */
  private static int lost(Supplier<Lock> kind) throws InterruptedException {
    int lost = 0;
    for (int i = 0; i < THREADS; i++) {
      Lock lock = kind.get();
      Thread thread = new Thread(null, () -> overflow(lock), "overflows", (160 + i % 64) * 1024L);
      thread.start();
      thread.join();
      if (lock.tryLock()) {
        lock.unlock();
      } else {
        lost++;
      }
    }
    return lost;
  }

  private static void overflow(Lock lock) {
    try {
      recurse(lock);
    } catch (StackOverflowError | IllegalMonitorStateException e) {
      // The thread ends here; each level above it has had its finally block.
    }
  }

  @SuppressWarnings("InfiniteRecursion") // until the stack ends
  private static void recurse(Lock lock) {
    lock.lock();
    try {
      recurse(lock);
    } finally {
      lock.unlock();
    }
  }
}
