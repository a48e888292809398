/* SPDX-License-Identifier: Apache-2.0 */
package dev.keelson.testkit.internal.heap;

import com.sun.management.HotSpotDiagnosticMXBean;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * One instance of a growing class, and what holds it.
 *
 * @param className of which class it is
 * @param path what holds it, line by line; empty if that is not known
 * @param why why it is not known
 */
public record GrowingSample(String className, List<String> path, String why) {

  private static final int MOST_TRIES = 20;

  /** Copies the path. */
  public GrowingSample {
    path = List.copyOf(path);
  }

  /**
   * Looks into a dump of the heap, which it deletes.
   *
   * @param classes the classes that grow, the most interesting first; one of the program's own is
   *     preferred
   */
  public static GrowingSample of(List<String> classes) {
    List<String> wanted =
        classes.stream()
            .map(Naming::readable)
            .sorted(Comparator.comparingInt(GrowingSample::rank))
            .toList();
    try {
      Path folder = Files.createTempDirectory("heap");
      Path file = folder.resolve("heap.hprof");
      try {
        ManagementFactory.getPlatformMXBean(HotSpotDiagnosticMXBean.class)
            .dumpHeap(file.toString(), true);
        return in(DumpParser.parse(DumpFile.open(file)), wanted);
      } finally {
        Files.deleteIfExists(file);
        Files.deleteIfExists(folder);
      }
    } catch (IOException | RuntimeException | OutOfMemoryError e) {
      return new GrowingSample("", List.of(), "there is no readable heap dump: " + e);
    }
  }

  /** The program's own first, and last what mostly grows as a part of something else. */
  private static int rank(String type) {
    if (Naming.isOfTheUser(type)) {
      return 0;
    }
    return type.indexOf('.') < 0 ? 2 : 1;
  }

  private static GrowingSample in(HeapDump dump, List<String> wanted) {
    References references = new References(dump, Strength.CALL_SITES);
    PathSearch search = new PathSearch(dump, references);
    PathText text = new PathText(dump, references);
    for (String name : wanted) {
      List<List<Step>> paths =
          search.findAll(instances(dump, name)).stream().map(text::steps).toList();
      if (!paths.isEmpty()) {
        return new GrowingSample(name, WhyRetained.lines(typical(paths)), "");
      }
    }
    return new GrowingSample("", List.of(), "no instance is strongly reachable any more");
  }

  /** One of those that the same part of the program holds, of the part that holds most. */
  private static List<Step> typical(List<List<Step>> paths) {
    Map<Step, List<List<Step>>> byHolder = new LinkedHashMap<>();
    for (List<Step> path : paths) {
      path.stream()
          .filter(Step::users)
          .findFirst()
          .ifPresent(
              holder -> byHolder.computeIfAbsent(holder, key -> new ArrayList<>()).add(path));
    }
    return byHolder.values().stream().max(Comparator.comparingInt(List::size)).orElse(paths).get(0);
  }

  /** Some of them, from the whole dump. */
  private static List<Integer> instances(HeapDump dump, String name) {
    BitSet texts = name.equals("byte[]") ? texts(dump) : new BitSet();
    BitSet all = new BitSet();
    for (int i = 0; i < dump.index().size(); i++) {
      if (!dump.isClass(i) && !texts.get(i) && matches(dump.typeName(i), name)) {
        all.set(i);
      }
    }
    long count = all.cardinality();
    long tries = Math.min(MOST_TRIES, count);
    List<Integer> some = new ArrayList<>();
    for (int i = all.nextSetBit(0), seen = 0; i >= 0; i = all.nextSetBit(i + 1), seen++) {
      if (seen == some.size() * count / tries) {
        some.add(i);
      }
    }
    return some;
  }

  /** In what strings keep their text: most arrays of bytes are, and where they grow strings do. */
  private static BitSet texts(HeapDump dump) {
    BitSet texts = new BitSet();
    for (int i = 0; i < dump.index().size(); i++) {
      if (dump.isInstance(i) && dump.typeName(i).equals("java.lang.String")) {
        int text = dump.index().find(dump.field(i, "value"));
        if (text >= 0) {
          texts.set(text);
        }
      }
    }
    return texts;
  }

  private static boolean matches(String type, String name) {
    return type.equals(name) || type.startsWith(name + "+0x") || type.startsWith(name + "/0x");
  }
}
