/* SPDX-License-Identifier: Apache-2.0 */
package dev.keelson.testkit.corpus;

import static dev.keelson.testkit.corpus.Seed.OWN;

import dev.keelson.cleanup.CleanupRealm;
import dev.keelson.cleanup.Registration;
import dev.keelson.testkit.LeakKind;
import dev.keelson.testkit.schedule.HastyCleanup;
import java.lang.ref.Cleaner;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentLinkedDeque;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;

/** Actions for owners that were forgotten, and resources without one. */
final class CleanupSeeds {

  private static final Cleaner CLEANER = Cleaner.create();

  /** What was reported, so that it is reported once. */
  private static final Set<Report> REPORTED = new HashSet<>();

  private static final Deque<Report> LATELY = new ArrayDeque<>();
  private static final AtomicLong NUMBER = new AtomicLong();

  private CleanupSeeds() {}

  static List<Seed> all() {
    return List.of(
        Seed.of(
            "captures its owner in a cleaning action",
            "JDK-8300032",
            Trials.collected(
                () -> {
                  Handle handle = new Handle();
                  Litter.closeLater(CLEANER.register(handle, () -> handle.free())::clean);
                  return handle;
                },
                () -> {
                  Handle handle = new Handle();
                  State state = handle.state;
                  Litter.closeLater(CLEANER.register(handle, () -> state.free())::clean);
                  return handle;
                }),
            "CleanupSeeds$Handle",
            "held by its own cleanup action"),
        Seed.of(
            "registers a method of its own",
            "tigerbeetle/tigerbeetle#1596",
            Trials.registering(() -> new Registering(false), () -> new Registering(true)),
            "arg$1",
            "CleanupSeeds$Registering"),
        Seed.of(
            "gives the owner as the state of its own end",
            "golang/go#71316",
            Trials.registering(
                () -> {
                  Handle handle = new Handle();
                  register(handle, handle, Handle::free);
                },
                () -> {
                  Handle handle = new Handle();
                  register(handle, handle.state, State::free);
                }),
            "CleanupSeeds$Handle"),
        Seed.of(
            "gives a state that is an inner class of the owner",
            OWN,
            Trials.registering(
                () -> {
                  Outer outer = new Outer();
                  register(outer, outer.new Inner(), Outer.Inner::free);
                },
                () -> {
                  Outer outer = new Outer();
                  register(outer, new State(), State::free);
                }),
            "this$0"),
        Seed.of(
            "forgets to close what it registered",
            OWN,
            Trials.dropping(
                realm -> new Forgetting(realm),
                realm -> new Forgetting(realm).registration.close()),
            "CleanupSeeds$Forgetting was collected without close()",
            "CleanupSeeds.java:"),
        Seed.of(
            "makes a Cleaner for each object, and with it a thread",
            "Unleash/yggdrasil#279",
            Trials.leaving(
                LeakKind.THREAD,
                () -> {
                  for (int i = 0; i < 2; i++) {
                    ownCleaner();
                  }
                },
                () -> CLEANER.register(new Handle(), () -> {}).clean()),
            "2 threads",
            "\"Cleaner-"),
        Seed.of(
            "keeps everything that it was asked to clean up",
            "payara/Payara#7849",
            Trials.growing(
                () -> {
                  LogFile file = new LogFile();
                  CLEANER.register(file, () -> file.close());
                },
                () -> {
                  LogFile file = new LogFile();
                  CLEANER.register(file, () -> {}).clean();
                }),
            "CleanupSeeds$LogFile"),
        Seed.of(
            "remembers every report, so that none is made twice",
            OWN,
            Trials.growing(
                () -> REPORTED.add(new Report(NUMBER.incrementAndGet())),
                () -> {
                  LATELY.add(new Report(NUMBER.incrementAndGet()));
                  if (LATELY.size() > 8) {
                    LATELY.poll();
                  }
                }),
            "CleanupSeeds$Report",
            "CleanupSeeds.REPORTED"),
        Seed.of(
            "asks whether something was cleaned up, and then says so",
            OWN,
            Trials.scheduled(HastyCleanup::wrong, HastyCleanup::right),
            "runs of the action",
            "hasty.claiming"),
        Seed.of(
            "leaves a file to be deleted when the JVM ends",
            OWN,
            Trials.leaving(
                LeakKind.FILE,
                () -> {
                  Path file = Files.createTempFile("corpus-4721-", ".sh");
                  Litter.closeLater(() -> Files.delete(file));
                  file.toFile().deleteOnExit();
                },
                () -> Files.delete(Files.createTempFile("corpus-4721-", ".sh"))),
            "corpus-4721-"));
  }

  private static <S> void register(Object owner, S state, Consumer<? super S> action) {
    CleanupRealm.shared().register(owner, state, action).close();
  }

  /** Its thread ends with it. */
  private static void ownCleaner() {
    Cleaner cleaner = Cleaner.create();
    KEPT.add(cleaner);
    Litter.closeLater(KEPT::clear);
  }

  private static final Deque<Cleaner> KEPT = new ConcurrentLinkedDeque<>();

  /** What is held outside of the heap. */
  private static final class State {
    private final AtomicLong address = new AtomicLong(4722);

    void free() {
      address.set(0);
    }
  }

  private static final class Handle {
    final State state = new State();

    void free() {
      state.free();
    }
  }

  private record Report(long number) {}

  private static final class LogFile {
    private final AtomicLong open = new AtomicLong(1);

    void close() {
      open.set(0);
    }
  }

  private static final class Registering {
    private final State state = new State();

    Registering(boolean asItShould) {
      if (asItShould) {
        register(this, state, State::free);
      } else {
        register(this, state, this::free);
      }
    }

    private void free(State mine) {
      mine.free();
      state.free();
    }
  }

  private static final class Outer {
    private final State state = new State();

    private final class Inner {
      void free() {
        state.free();
      }
    }
  }

  private static final class Forgetting {
    final Registration<State> registration;

    Forgetting(CleanupRealm realm) {
      registration = realm.register(this, new State(), State::free);
    }
  }
}
