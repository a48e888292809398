/* SPDX-License-Identifier: Apache-2.0 */
package dev.keelson.testkit;

import static java.util.Objects.requireNonNull;

import dev.keelson.testkit.internal.heap.CollectionLadder;
import dev.keelson.testkit.internal.heap.HeapMarker;
import dev.keelson.testkit.internal.heap.WhyRetained;
import java.io.IOException;
import java.lang.ref.WeakReference;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.Supplier;
import javax.annotation.Nullable;
import org.opentest4j.TestAbortedException;

/**
 * Asserts that objects can be collected, and if not, says what holds them: the shortest path from a
 * root to the object, in the words of the program.
 *
 * <pre>{@code
 * Gc.assertCollectable(() -> {
 *   Session session = server.open();
 *   session.close();
 *   return session;                  // nothing may hold it now
 * });
 * }</pre>
 *
 * <p>The object is made by a supplier on a thread of its own, which has ended before anything is
 * collected: no variable of the test and no frame holds it by accident.
 *
 * <p>A test is aborted, and neither passes nor fails, where the VM refuses to collect anything: an
 * object that nobody holds is collected along with each assertion to find that out.
 *
 * <p><b>Cost.</b> A passed assertion costs one full collection. A failed one costs three or more,
 * writes a heap dump into the temporary folder, reads it and deletes it: seconds for millions of
 * objects, and about 40 bytes an object of memory outside the heap; where direct memory ends, of
 * the temporary folder.
 *
 * <p><b>Thread safety.</b> Stateless; safe for use by multiple threads.
 *
 * <p><b>Limitations.</b> HotSpot only, for the path. A path is what the heap held at the time of
 * the dump. Objects that are only softly reachable are reported as such: memory pressure would
 * clear them. Before JDK 22 a dump does not show what suspended virtual threads hold.
 */
public final class Gc {

  /** The lines that a path may take in a message. */
  private static final int MOST_LINES = 24;

  private Gc() {}

  /**
   * Asserts that what the supplier gives is collectable once the supplier has returned.
   *
   * @throws AssertionError if it is not; the message says what holds it
   * @throws IllegalArgumentException if the supplier gives null
   * @throws TestAbortedException if the VM collects nothing
   */
  public static void assertCollectable(Supplier<?> supplier) {
    requireNonNull(supplier, "supplier");
    assertCollected(made(supplier));
  }

  /**
   * Asserts that what a reference refers to can be collected. The caller must not hold the object:
   * not in a variable of a method that still runs either.
   *
   * @throws AssertionError if it is still reachable; the message says what holds it
   * @throws TestAbortedException if the VM collects nothing
   */
  public static void assertCollected(WeakReference<?> reference) {
    requireNonNull(reference, "reference");
    switch (CollectionLadder.climb(reference)) {
      case COLLECTED -> {}
      case REFUSED -> throw refused();
      case RETAINED -> fail(reference);
    }
  }

  /**
   * Asserts that what the supplier gives stays reachable after the supplier has returned: a cache
   * keeps its entry, a running task keeps itself.
   *
   * @throws AssertionError if it was collected
   * @throws IllegalArgumentException if the supplier gives null
   * @throws TestAbortedException if the VM collects nothing
   */
  public static void assertRetained(Supplier<?> supplier) {
    requireNonNull(supplier, "supplier");
    WeakReference<?> reference = made(supplier);
    switch (CollectionLadder.climb(reference)) {
      case RETAINED -> {}
      case REFUSED -> throw refused();
      case COLLECTED ->
          throw new AssertionError(
              "expected to stay reachable, but nothing held it: it was collected. Who should hold"
                  + " it? A weak reference, a weak map and a lambda that is itself dropped do not");
    }
  }

  private static TestAbortedException refused() {
    return new TestAbortedException(
        "this VM collects nothing on request, not even an object that nobody holds, so nothing can"
            + " be asserted; remove -XX:+DisableExplicitGC, or use another collector than Epsilon");
  }

  private static WeakReference<?> made(Supplier<?> supplier) {
    Maker maker = new Maker(supplier);
    Thread thread = new Thread(maker, "keelson-testkit-supplier");
    thread.start();
    boolean interrupted = false;
    while (true) {
      try {
        thread.join();
        break;
      } catch (InterruptedException e) {
        interrupted = true;
        thread.interrupt(); // the supplier may hear of it
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
    return maker.reference();
  }

  private static final class Maker implements Runnable {
    private final Supplier<?> supplier;
    private WeakReference<?> reference = new WeakReference<>(null);
    private @Nullable Throwable failure;

    Maker(Supplier<?> supplier) {
      this.supplier = supplier;
    }

    @Override
    public void run() {
      try {
        Object made = supplier.get();
        if (made == null) {
          throw new IllegalArgumentException("the supplier gave null; it must give an object");
        }
        reference = new WeakReference<>(made);
      } catch (Throwable e) { // a checked one, too, that other languages and generics let pass
        failure = e;
      }
    }

    WeakReference<?> reference() {
      if (failure instanceof RuntimeException unchecked) {
        throw unchecked;
      }
      if (failure instanceof Error error) {
        throw error;
      }
      if (failure != null) {
        throw new IllegalStateException("the supplier threw " + failure, failure);
      }
      return reference;
    }
  }

  private static void fail(WeakReference<?> reference) {
    HeapMarker marker = new HeapMarker(reference);
    String type = typeOf(reference);
    WhyRetained why;
    try {
      why = WhyRetained.of(marker, Path.of(System.getProperty("java.io.tmpdir")));
    } catch (IOException | RuntimeException | OutOfMemoryError e) { // the verdict stands
      throw new AssertionError(
          "expected to be collectable, but still reachable: "
              + type
              + "\nno path can be shown, because there is no readable heap dump: "
              + e,
          e);
    }
    if (why.strength() != null) {
      throw new AssertionError(message(type, why));
    }
    // It was let go of since, or a dump cannot show why not.
    if (CollectionLadder.climb(reference) != CollectionLadder.Outcome.COLLECTED) {
      throw new AssertionError(
          "expected to be collectable, but still there: "
              + type
              + "\nno path leads to it in a heap dump; a debugger may hold it, or on JDK 19 to 21 a"
              + " suspended virtual thread");
    }
  }

  /** In a method of its own, so that no slot of a frame that stays holds the object. */
  private static String typeOf(WeakReference<?> reference) {
    Object object = reference.get();
    return object == null ? "(just collected)" : object.getClass().getName();
  }

  private static String message(String type, WhyRetained why) {
    List<String> lines = new ArrayList<>();
    String how =
        switch (requireNonNull(why.strength())) {
          case STRONGLY -> "still strongly reachable";
          case SOFTLY -> "still reachable, though only softly: it would go when memory runs short";
          case BY_A_FINALIZER -> "still reachable until its finalizer has run";
        };
    lines.add("expected to be collectable, but " + how + ": " + type);
    add(lines, why.path());
    if (!why.remark().isEmpty()) {
      lines.add(why.remark());
    }
    if (!why.second().isEmpty()) {
      lines.add("and also:");
      add(lines, why.second());
    }
    lines.add(
        String.format(
            Locale.ROOT,
            "Without it %,d objects would be free, about %,d bytes.",
            why.objects(),
            why.bytes()));
    return String.join("\n", lines);
  }

  private static void add(List<String> lines, List<String> path) {
    int most = Math.min(path.size(), MOST_LINES);
    int head = path.size() > MOST_LINES ? most / 2 : most;
    path.subList(0, head).forEach(line -> lines.add("  " + line));
    if (path.size() > most) {
      lines.add("  ... " + (path.size() - most) + " more ...");
      path.subList(path.size() - (most - head), path.size())
          .forEach(line -> lines.add("  " + line));
    }
  }
}
