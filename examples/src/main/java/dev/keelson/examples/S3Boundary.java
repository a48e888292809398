/* SPDX-License-Identifier: Apache-2.0 */
package dev.keelson.examples;

import dev.keelson.boundary.Boundary;
import dev.keelson.boundary.BoundaryContext;
import dev.keelson.boundary.BoundaryException;
import dev.keelson.boundary.BoundaryHook;
import dev.keelson.boundary.BoundaryOptions;
import dev.keelson.boundary.BoundaryOutcome;
import dev.keelson.boundary.HookRegistration;
import dev.keelson.lock.LockRegistry;
import dev.keelson.lock.ResettableLock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Lock;
import java.util.concurrent.locks.ReentrantLock;

/**
 * "Start workers before threads, or unlock everything after": rules nobody can keep, as a library
 * may have started threads. A boundary waits until locks are quiet, and puts right what a dead
 * thread left.
 */
final class S3Boundary implements Story {

  private static final Duration SHORT = Duration.ofMillis(300);
  private static final String WITH_IT = "crosses with it";

  @Override
  public String id() {
    return "S3";
  }

  @Override
  public String title() {
    return "locks at a boundary: checkpoint, restore, a child JVM";
  }

  @Override
  @SuppressWarnings("LockNotBeforeTry") // one of its threads dies with locks
  public void tell(Stage stage) throws Exception {
    LockRegistry registry = LockRegistry.builder().name("driver").build();
    ResettableLock ours = registry.lock("connection");
    ReentrantLock plain = new ReentrantLock();

    stage.say("1. A driver's thread has the connection's lock, and gives it back after 0.2 s.");
    CountDownLatch held = new CountDownLatch(1);
    Thread driver =
        new Thread(
            () -> {
              ours.lock();
              held.countDown();
              try {
                Thread.sleep(200);
              } catch (InterruptedException e) {
                // Gives it back at once.
              } finally {
                ours.unlock();
              }
            },
            "driver-heartbeat");
    driver.start();
    held.await();
    long began = System.nanoTime();
    boolean quiet =
        stage.step(
            "crossing once it is quiet",
            () ->
                Boundary.<Boolean, RuntimeException>cross(
                    BoundaryOptions.defaults().quiesce(Duration.ofSeconds(10)),
                    context -> registry.held().isEmpty()));
    driver.join();
    stage.show("crossed after " + Stage.seconds(System.nanoTime() - began) + ", nothing held");
    String crossed = crossWithProcessBuilder();
    stage.row("another thread holds a lock", crossed, "waits until it is quiet");
    stage.wound(crossed.equals(WITH_IT), "a process is started while a lock is held");
    stage.expect(quiet, "nothing is held while the boundary is crossed");

    stage.say("2. It never gives it back: no crossing, and the message says who.");
    CountDownLatch end = new CountDownLatch(1);
    CountDownLatch again = new CountDownLatch(1);
    Thread stuck = new Thread(() -> holdUntil(ours, again, end), "driver-stuck");
    stuck.start();
    again.await();
    String refusal =
        stage.step("crossing within " + SHORT.toMillis() + " ms", S3Boundary::crossInVain);
    stage.show(refusal.lines().limit(3).reduce("", (all, line) -> all + line + "\n"));
    end.countDown();
    stuck.join();
    stage.row("it never lets go", crossed, "refused, names the holder");
    stage.expect(refusal.contains("driver-stuck"), "the refusal names the holder");

    stage.say(
        "3. A thread died with locks. In the child they are free again; hooks put the rest"
            + " right: pools, seeds, file locks.");
    Thread dead =
        new Thread(
            () -> {
              plain.lock();
              ours.lock();
            },
            "driver-dead");
    dead.start();
    dead.join();
    List<String> order = new ArrayList<>();
    HookRegistration pool = Boundary.register(order, hook(order, "pool"), 10);
    HookRegistration log = Boundary.register(order, hook(order, "log"), 20);
    Boundary.cross(
        context -> {
          context.continueAsChild();
          return order.size();
        });
    boolean free = !ours.isLocked();
    boolean lost = !plain.tryLock(SHORT.toMillis(), TimeUnit.MILLISECONDS);
    stage.show("hooks: " + String.join(", ", order));
    String plainly = lost ? "locked for ever" : "free";
    stage.show("ReentrantLock: " + plainly);
    stage.show("ResettableLock: " + (free ? "free" : "locked"));
    stage.row("locks of a dead thread, in the child", plainly, free ? "free" : "locked");
    stage.wound(lost, "a ReentrantLock stays with the dead");
    stage.expect(free, "the child recovers the locks of dead threads");
    pool.close();
    log.close();
  }

  private static BoundaryHook hook(List<String> order, String name) {
    return new BoundaryHook() {
      @Override
      public void before(BoundaryContext context) {
        order.add("before " + name);
      }

      @Override
      public void afterInParent(BoundaryContext context, BoundaryOutcome outcome) {
        order.add("after " + name + " in the parent");
      }

      @Override
      public void afterInChild(BoundaryContext context) {
        order.add("after " + name + " in the child");
      }
    };
  }

  /** Starts a process while another thread has a lock, which it keeps for as long as that takes. */
  private static String crossWithProcessBuilder() throws Exception {
    ReentrantLock lock = new ReentrantLock();
    CountDownLatch held = new CountDownLatch(1);
    CountDownLatch end = new CountDownLatch(1);
    Thread driver = new Thread(() -> holdUntil(lock, held, end), "driver-plain");
    driver.start();
    held.await();
    try {
      new ProcessBuilder("true").start().waitFor();
      return lock.isLocked() ? WITH_IT : "waits";
    } finally {
      end.countDown();
      driver.join();
    }
  }

  private static String crossInVain() throws InterruptedException {
    try {
      Boundary.cross(BoundaryOptions.defaults().quiesce(SHORT), context -> 0);
      return "crossed";
    } catch (BoundaryException e) {
      return String.valueOf(e.getMessage());
    }
  }

  private static void holdUntil(Lock lock, CountDownLatch held, CountDownLatch end) {
    lock.lock();
    try {
      held.countDown();
      end.await();
    } catch (InterruptedException e) {
      // Gives it back.
    } finally {
      lock.unlock();
    }
  }
}
