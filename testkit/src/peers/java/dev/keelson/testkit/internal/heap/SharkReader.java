/* SPDX-License-Identifier: Apache-2.0 */
package dev.keelson.testkit.internal.heap;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Collection;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import shark.CloseableHeapGraph;
import shark.HeapAnalysis;
import shark.HeapAnalysisFailure;
import shark.HeapAnalysisSuccess;
import shark.HeapAnalyzer;
import shark.HeapField;
import shark.HeapGraph;
import shark.HeapObject.HeapInstance;
import shark.HeapValue;
import shark.HprofHeapGraph;
import shark.HprofRecordTag;
import shark.IgnoredReferenceMatcher;
import shark.Leak;
import shark.LeakTrace;
import shark.MetadataExtractor;
import shark.ObjectInspector;
import shark.OnAnalysisProgressListener;
import shark.ReferenceMatcher;
import shark.ReferencePattern;

/** Has Shark find the paths to what {@link HeapMarker}s mark in a heap dump. */
public final class SharkReader {

  private static final String LABEL = "marked ";

  private SharkReader() {}

  /**
   * The paths by the markers; none where Shark finds none.
   *
   * @throws IOException if Shark gives up on the dump
   */
  public static Map<HeapMarker, LeakTrace> paths(Path dump, Collection<HeapMarker> markers)
      throws IOException {
    Map<Long, HeapMarker> wanted = new HashMap<>();
    markers.forEach(marker -> wanted.put(marker.number, marker));
    Map<Long, Long> numbers = new HashMap<>(); // by the object's identifier
    ObjectInspector labels =
        reporter -> {
          Long number = numbers.get(reporter.getHeapObject().getObjectId());
          if (number != null) {
            reporter.getLabels().add(LABEL + number);
          }
        };
    HeapAnalysis analysis;
    try (CloseableHeapGraph opened =
        HprofHeapGraph.Companion.openHeapGraph(
            dump.toFile(), null, HprofRecordTag.Companion.getRootTags())) {
      analysis =
          new HeapAnalyzer(OnAnalysisProgressListener.Companion.getNO_OP())
              .analyze(
                  dump.toFile(),
                  opened,
                  graph -> marked(graph, wanted, numbers),
                  matchers(),
                  false,
                  List.of(labels, threadNames()),
                  MetadataExtractor.Companion.getNO_OP());
    }
    if (analysis instanceof HeapAnalysisFailure failure) {
      throw new IOException("Shark gave up", failure.getException());
    }
    Map<HeapMarker, LeakTrace> paths = new HashMap<>();
    for (Leak leak : ((HeapAnalysisSuccess) analysis).getApplicationLeaks()) {
      for (LeakTrace trace : leak.getLeakTraces()) {
        for (String label : trace.getLeakingObject().getLabels()) {
          if (label.startsWith(LABEL)) {
            long number = Long.parseLong(label.substring(LABEL.length()));
            paths.put(wanted.get(number), trace);
          }
        }
      }
    }
    return paths;
  }

  /** What the wanted ones mark; and the number of the marker for each. */
  private static Set<Long> marked(
      HeapGraph graph, Map<Long, HeapMarker> wanted, Map<Long, Long> numbers) {
    String type = HeapMarker.class.getName();
    Iterator<HeapInstance> all = graph.findClassByName(type).getInstances().iterator();
    while (all.hasNext()) {
      HeapInstance marker = all.next();
      long number = value(marker, type, "number").getAsLong();
      HeapInstance reference = value(marker, type, "marked").getAsObject().getAsInstance();
      Long object = value(reference, "java.lang.ref.Reference", "referent").getAsNonNullObjectId();
      if (wanted.containsKey(number) && object != null) {
        numbers.put(object, number);
      }
    }
    return Set.copyOf(numbers.keySet());
  }

  /** As Shark's own inspectors tell the names of threads, which are for Android. */
  private static ObjectInspector threadNames() {
    return reporter -> {
      if (reporter.getHeapObject() instanceof HeapInstance instance
          && instance.instanceOf("java.lang.Thread")) {
        HeapField name = instance.get("java.lang.Thread", "name");
        if (name != null) {
          reporter.getLabels().add("Thread name: '" + name.getValue().readAsJavaString() + "'");
        }
      }
    };
  }

  private static HeapValue value(HeapInstance of, String declaring, String name) {
    HeapField field = of.get(declaring, name);
    if (field == null) {
      throw new IllegalStateException("no field " + declaring + "." + name);
    }
    return field.getValue();
  }

  /** What the collector does not follow: Shark has no list of that but for Android. */
  private static List<ReferenceMatcher> matchers() {
    return List.of(
        referent("java.lang.ref.WeakReference"),
        referent("java.lang.ref.SoftReference"),
        referent("java.lang.ref.PhantomReference"),
        referent("java.lang.ref.FinalReference"));
  }

  private static ReferenceMatcher referent(String type) {
    return new IgnoredReferenceMatcher(new ReferencePattern.InstanceFieldPattern(type, "referent"));
  }
}
