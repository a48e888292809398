/* SPDX-License-Identifier: Apache-2.0 */
package dev.keelson.testkit.internal.heap;

import com.sun.management.HotSpotDiagnosticMXBean;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import javax.annotation.Nullable;

/**
 * Says why an object of this JVM is still there.
 *
 * @param strength how strongly it is reachable; null if it is not, at the time of the dump, though
 *     it may not have been collected yet
 * @param path the path from the root, line by line
 * @param second a second path that shares nothing with the first but its ends; may be empty
 * @param remark what is special about it, in words; may be empty
 * @param objects how many objects would be free without it, its own included
 * @param bytes about how many bytes
 */
public record WhyRetained(
    @Nullable Reached strength,
    List<String> path,
    List<String> second,
    String remark,
    long objects,
    long bytes) {

  /** How strongly an object is reachable. */
  public enum Reached {
    STRONGLY,
    SOFTLY,
    BY_A_FINALIZER
  }

  /**
   * Dumps the heap into a folder, finds the object, and deletes the dump.
   *
   * @throws IOException if the dump cannot be written, or read
   */
  public static WhyRetained of(HeapMarker marker, Path folder) throws IOException {
    Path file = Files.createTempDirectory(folder, "heap").resolve("heap.hprof");
    try {
      HotSpotDiagnosticMXBean machine =
          ManagementFactory.getPlatformMXBean(HotSpotDiagnosticMXBean.class);
      // With garbage, which no path leads through: a collection takes longer than writing it.
      machine.dumpHeap(file.toString(), false);
      return in(file, marker.number);
    } finally {
      Files.deleteIfExists(file);
      Files.deleteIfExists(file.getParent());
    }
  }

  /** Finds the object of the marker of that number. */
  static WhyRetained in(Path file, long marker) throws IOException {
    HeapDump dump = DumpParser.parse(DumpFile.open(file));
    int target = target(dump, marker);
    if (target < 0) {
      return new WhyRetained(null, List.of(), List.of(), "", 0, 0);
    }
    for (Strength strength : Strength.values()) {
      References references = new References(dump, strength);
      PathSearch search = new PathSearch(dump, references);
      PathSearch.Path path = search.find(target, Set.of());
      if (path != null) {
        return told(dump, references, search, path, reached(strength));
      }
    }
    return new WhyRetained(null, List.of(), List.of(), "", 0, 0);
  }

  private static Reached reached(Strength strength) {
    return switch (strength) {
      case STRONG, CALL_SITES -> Reached.STRONGLY;
      case SOFT -> Reached.SOFTLY;
      case FINAL -> Reached.BY_A_FINALIZER;
    };
  }

  private static WhyRetained told(
      HeapDump dump,
      References references,
      PathSearch search,
      PathSearch.Path path,
      Reached reached) {
    int target = path.ordinals().get(path.ordinals().size() - 1);
    Set<Integer> between = new HashSet<>(path.ordinals());
    between.remove(target);
    if (path.root().kind() == HeapRoot.Kind.CLASS) {
      between.remove(path.ordinals().get(0)); // another of its fields may hold it too
    }
    PathSearch.Path second = path.ordinals().size() > 2 ? search.find(target, between) : null;
    PathText text = new PathText(dump, references);
    long[] retained = search.retained(target);
    return new WhyRetained(
        reached,
        lines(text.steps(path)),
        second == null ? List.of() : lines(text.steps(second)),
        new Remarks(dump, references).on(path),
        retained[0],
        retained[1]);
  }

  /**
   * One line a step, equal ones in a row as one. The last part that is in the user's hand is
   * underlined: there the path is cut most likely.
   */
  static List<String> lines(List<Step> steps) {
    int culprit = -1;
    for (int i = 0; i < steps.size(); i++) {
      if (steps.get(i).users() && !steps.get(i).edge().isEmpty()) {
        culprit = i;
      }
    }
    List<String> lines = new ArrayList<>();
    int next;
    for (int i = 0; i < steps.size(); i = next) {
      Step step = steps.get(i);
      for (next = i + 1; next < steps.size() && steps.get(next).equals(step); ) {
        next++;
      }
      String start = (i == 0 ? "" : "-> ") + step.holder();
      String times = next == i + 1 ? "" : "   (" + (next - i) + " times)";
      lines.add(start + step.edge() + (next == steps.size() ? "   <- this" : times));
      if (i <= culprit && culprit < next) {
        int indent = start.length() + (step.edge().startsWith(" ") ? 1 : 0);
        lines.add(" ".repeat(indent) + "~".repeat(step.edge().strip().length()));
      }
    }
    return lines;
  }

  /** The ordinal of what the marker of that number marks; negative if it is not in the dump. */
  static int target(HeapDump dump, long number) {
    String name = HeapMarker.class.getName();
    for (HeapClass type : dump.classes().values()) {
      if (type.name().equals(name)) {
        for (int i = 0; i < dump.index().size(); i++) {
          if (dump.isInstance(i)
              && dump.typeOf(i) == type.id()
              && dump.number(i, "number") == number) {
            int reference = dump.index().find(dump.field(i, "marked"));
            return dump.index().find(dump.field(reference, "referent"));
          }
        }
      }
    }
    return ObjectIndex.NONE;
  }
}
