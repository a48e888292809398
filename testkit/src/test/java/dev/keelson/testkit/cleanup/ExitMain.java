/* SPDX-License-Identifier: Apache-2.0 */
package dev.keelson.testkit.cleanup;

import dev.keelson.cleanup.CleanupRealm;
import dev.keelson.cleanup.Registration;
import java.lang.ref.Cleaner;

/** Marks registrations for the exit, in the way it is told, and exits. */
final class ExitMain {

  /** What an action says: one write, so that two of them do not mix. */
  record Said(String word) {
    void say() {
      System.out.println(">" + word);
    }

    void sayAndFail() {
      say();
      throw new IllegalStateException("as told");
    }

    void sayAndExit() {
      say();
      System.exit(4);
    }

    void sayAndBlock() {
      say();
      while (true) {
        try {
          Thread.sleep(60_000);
        } catch (InterruptedException e) {
          // an exit interrupts nobody
        }
      }
    }

    void sayAndRegister() {
      say();
      add(CleanupRealm.shared(), word + "-late").atExit(true);
    }
  }

  private static final Object OWNER = new Object();

  private ExitMain() {}

  private static Registration<Said> add(CleanupRealm realm, String word) {
    return realm.register(OWNER, new Said(word), Said::say);
  }

  public static void main(String[] args) {
    CleanupRealm own = CleanupRealm.named("exit");
    CleanupRealm over = CleanupRealm.over(Cleaner.create());
    switch (args.length == 0 ? System.getProperty("exit.way") : args[0]) {
      case "order" -> {
        add(own, "one").atExit(true);
        add(over, "two").atExit(true);
        add(own, "unmarked");
        add(own, "unmarked again").atExit(true).atExit(false);
        Registration<Said> closed = add(own, "three").atExit(true);
        own.register(OWNER, new Said("four"), Said::sayAndFail).atExit(true);
        own.register(OWNER, new Said("five"), Said::sayAndRegister).atExit(true);
        own.scope(OWNER).register(new Said("six"), Said::say).atExit(true);
        closed.close();
        closed.atExit(true);
      }
      case "block" -> {
        add(own, "never").atExit(true);
        own.register(OWNER, new Said("blocks"), Said::sayAndBlock).atExit(true);
        add(own, "first").atExit(true);
      }
      case "exit" -> {
        add(own, "never").atExit(true);
        own.register(OWNER, new Said("exits"), Said::sayAndExit).atExit(true);
      }
      case "collected" -> {
        add(own, "marked").atExit(true);
        own.register(new Object(), new Said("collected"), Said::sayAndExit);
        while (true) { // until the exit
          System.gc();
          sleep();
        }
      }
      case "race" -> race(own);
      default -> throw new IllegalArgumentException("no such way");
    }
    if (!"order".equals(System.getProperty("exit.way"))) {
      System.exit(3);
    }
  }

  private static void sleep() {
    try {
      Thread.sleep(5);
    } catch (InterruptedException e) {
      // nobody does
    }
  }

  /** Closes what is marked, while the exit runs it; each says its number once. */
  private static void race(CleanupRealm own) {
    Registration<?>[] all = new Registration<?>[2_000];
    for (int i = 0; i < all.length; i++) {
      all[i] = add(own, "n" + i).atExit(true);
    }
    Thread closing =
        new Thread(
            () -> {
              for (Registration<?> each : all) {
                each.close();
              }
              System.out.println(">closed");
            });
    Runtime.getRuntime().addShutdownHook(closing);
  }
}
