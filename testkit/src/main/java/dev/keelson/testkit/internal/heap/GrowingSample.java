/* SPDX-License-Identifier: Apache-2.0 */
package dev.keelson.testkit.internal.heap;

import com.sun.management.HotSpotDiagnosticMXBean;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

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
    List<String> wanted = new ArrayList<>(classes.stream().filter(Naming::isOfTheUser).toList());
    wanted.addAll(classes.stream().filter(name -> !Naming.isOfTheUser(name)).toList());
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

  private static GrowingSample in(HeapDump dump, List<String> wanted) {
    References references = new References(dump, Strength.CALL_SITES);
    PathSearch search = new PathSearch(dump, references);
    for (String name : wanted) {
      for (int instance : instances(dump, name)) {
        PathSearch.Path path = search.find(instance, Set.of());
        if (path != null) {
          List<Step> steps = new PathText(dump, references).steps(path);
          return new GrowingSample(name, WhyRetained.lines(steps), "");
        }
      }
    }
    return new GrowingSample("", List.of(), "no instance is strongly reachable any more");
  }

  /** Some of them, from the whole dump. */
  private static List<Integer> instances(HeapDump dump, String name) {
    List<Integer> all = new ArrayList<>();
    for (int i = 0; i < dump.index().size(); i++) {
      HeapClass type = dump.isInstance(i) ? dump.classOf(i) : null;
      if (type != null && matches(type.name(), name)) {
        all.add(i);
      }
    }
    List<Integer> some = new ArrayList<>();
    for (int i = 0; i < Math.min(MOST_TRIES, all.size()); i++) {
      some.add(all.get((int) ((long) i * all.size() / Math.min(MOST_TRIES, all.size()))));
    }
    return some;
  }

  private static boolean matches(String type, String name) {
    return type.equals(name) || type.startsWith(name + "+0x") || type.startsWith(name + "/0x");
  }
}
