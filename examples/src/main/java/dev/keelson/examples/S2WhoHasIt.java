/* SPDX-License-Identifier: Apache-2.0 */
package dev.keelson.examples;

import dev.keelson.lock.Force;
import dev.keelson.lock.HangReport;
import dev.keelson.lock.LockRegistry;
import dev.keelson.lock.ResetOutcome;
import dev.keelson.lock.ResettableLock;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.FutureTask;
import java.util.concurrent.locks.ReentrantLock;

/** The program of {@link S1LostOwner} hangs; one call names the one who is to blame. */
final class S2WhoHasIt implements Story {

  private static final Duration DEADLINE = Duration.ofMillis(300);

  @Override
  public String id() {
    return "S2";
  }

  @Override
  public String title() {
    return "who has the lock, in one call";
  }

  @Override
  public void tell(Stage stage) throws Exception {
    stage.say("The same program with ReentrantLock.");
    LoggingProgram program =
        new LoggingProgram(LoggingProgram.Death.EXCEPTION, new ReentrantLock());
    boolean through = stage.step("hanging", () -> program.run(DEADLINE));
    long[] deadlocked = ManagementFactory.getThreadMXBean().findDeadlockedThreads();
    String jdk = deadlocked == null ? "nothing" : deadlocked.length + " threads";
    stage.say("findDeadlockedThreads() finds " + jdk + ". A report, by one call:");
    HangReport report = stage.step("looking twice", () -> LockRegistry.global().report());
    stage.show(report.toText());
    draw(stage, report);
    boolean named = names(report, HangReport.Kind.ABANDONED, "walker");
    stage.row("who is to blame", jdk, named ? "\"walker\", dead" : "not named");
    program.end();
    stage.wound(!through && deadlocked == null, "the JDK finds no dead owner of a lock");
    stage.expect(named, "the first finding names the dead owner");

    stage.say("An owner that lives, but does not let go: also named, and its lock can be taken.");
    takeFromTheLiving(stage);
  }

  private static void draw(Stage stage, HangReport report) throws IOException {
    String mermaid = report.toMermaid();
    stage.say("The same as a graph, for a page that knows Mermaid, and drawn:");
    stage.show(mermaid);
    Path directory = Files.createDirectories(Plots.directory());
    stage.show("graph: " + Files.writeString(directory.resolve("s2-wait-for.mmd"), mermaid));
    stage.show(
        "plot: " + GraphPlot.write(report, "Who waits for whom", directory, "s2-wait-for.svg"));
  }

  private static boolean names(HangReport report, HangReport.Kind kind, String owner) {
    return report.findings().stream()
        .limit(1)
        .anyMatch(
            finding ->
                finding.kind() == kind
                    && finding.owner().map(party -> party.name().equals(owner)).orElse(false));
  }

  @SuppressWarnings("LockNotBeforeTry") // it holds on, that is the point
  private static void takeFromTheLiving(Stage stage) throws Exception {
    LockRegistry registry = LockRegistry.builder().name("tour").build();
    ResettableLock cache = registry.lock("cache");
    CountDownLatch held = new CountDownLatch(1);
    CountDownLatch end = new CountDownLatch(1);
    Thread holder =
        new Thread(
            () -> {
              cache.lock();
              held.countDown();
              try {
                end.await();
                cache.unlock();
              } catch (InterruptedException | IllegalMonitorStateException e) {
                // The lock was taken away.
              }
            },
            "stuck-holder");
    holder.start();
    held.await();
    Thread waiter =
        new Thread(
            () -> {
              cache.lock();
              cache.unlock();
            },
            "waiter");
    waiter.start();
    while (!cache.hasQueuedThread(waiter)) {
      Thread.sleep(1);
    }
    HangReport report = stage.step("looking twice", () -> registry.report());
    HangReport.Finding finding =
        report.findings().stream()
            .filter(each -> each.lock().equals("cache"))
            .findFirst()
            .orElseThrow();
    stage.show("finding: " + finding.kind() + " by " + finding.owner().orElseThrow());
    stage.show("do:      " + finding.action());
    stage.show("risk:    " + finding.risk());
    ResetOutcome outcome = registry.lock("cache").recover();
    stage.show("recover(): " + outcome + ", as its owner is alive");
    registry.resetAll(Force.YES, lock -> lock.name().equals("cache"), "the tour");
    waiter.join();
    end.countDown();
    holder.join();
    String refused = unlockForAnother();
    stage.row("a lock from an owner that lives", refused, "reset(Force.YES, reason)");
    stage.wound(refused.startsWith("Illegal"), "nobody can free a ReentrantLock of another thread");
    stage.expect(!waiter.isAlive(), "the waiter got the lock");
  }

  /** What comes of it when one thread unlocks the ReentrantLock of another one. */
  private static String unlockForAnother() throws Exception {
    ReentrantLock lock = new ReentrantLock();
    FutureTask<String> other =
        new FutureTask<>(
            () -> {
              try {
                lock.unlock();
                return "unlocked";
              } catch (IllegalMonitorStateException e) {
                return e.getClass().getSimpleName();
              }
            });
    lock.lock();
    try {
      new Thread(other, "tour-other").start();
      return other.get();
    } finally {
      lock.unlock();
    }
  }
}
