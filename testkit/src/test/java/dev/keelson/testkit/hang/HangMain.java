/* SPDX-License-Identifier: Apache-2.0 */
package dev.keelson.testkit.hang;

import dev.keelson.lock.HangReport;
import dev.keelson.lock.LockRegistry;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadInfo;
import java.lang.management.ThreadMXBean;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import javax.management.ObjectName;

/**
 * Lets one program hang and asks three times what is wrong: a report, {@code
 * findDeadlockedThreads()}, and the thread dump that jstack prints. Prints a line of verdict each.
 */
public final class HangMain {

  private HangMain() {}

  public static void main(String[] args) throws Exception {
    HangingProgram program = HangingProgram.valueOf(args[0]);
    program.begin();
    Thread.sleep(700); // only the last waits are missing
    HangReport report = LockRegistry.global().report();
    System.out.println("REPORT " + first(report));
    System.out.println("JMX " + deadlocked());
    System.out.println("JSTACK " + inDump(threadPrint()));
    System.out.println(report.toText());
    System.out.flush();
    Runtime.getRuntime().halt(0);
  }

  private static String first(HangReport report) {
    if (report.findings().isEmpty()) {
      return "NOTHING";
    }
    HangReport.Finding finding = report.findings().get(0);
    Set<String> blamed =
        finding.kind() == HangReport.Kind.DEADLOCK
            ? finding.waiting().stream()
                .map(each -> each.thread().name())
                .collect(Collectors.toCollection(TreeSet::new))
            : finding.owner().stream()
                .map(HangReport.Party::name)
                .collect(Collectors.toCollection(TreeSet::new));
    if (finding.owner().isEmpty()) {
      finding.evidence().stream().flatMap(HangMain::quoted).forEach(blamed::add);
      finding.waiting().forEach(each -> blamed.remove(each.thread().name()));
    }
    return finding.kind() + " " + String.join(",", blamed);
  }

  /** The names in a sentence. */
  private static Stream<String> quoted(String sentence) {
    String[] parts = sentence.split("\"");
    return Stream.iterate(1, i -> i < parts.length, i -> i + 2).map(i -> parts[i]);
  }

  private static String deadlocked() {
    ThreadMXBean threads = ManagementFactory.getThreadMXBean();
    long[] ids = threads.findDeadlockedThreads();
    if (ids == null) {
      return "NOTHING";
    }
    return "DEADLOCK "
        + Stream.of(threads.getThreadInfo(ids))
            .map(ThreadInfo::getThreadName)
            .sorted()
            .collect(Collectors.joining(","));
  }

  private static String threadPrint() throws Exception {
    return (String)
        ManagementFactory.getPlatformMBeanServer()
            .invoke(
                new ObjectName("com.sun.management:type=DiagnosticCommand"),
                "threadPrint",
                new Object[] {new String[] {"-l"}},
                new String[] {String[].class.getName()});
  }

  /** Whom the section on deadlocks names, as that is the only verdict in a dump. */
  private static String inDump(String dump) {
    int section = dump.indexOf("Java-level deadlock");
    int end = dump.indexOf("Java stack information for the threads listed above");
    if (section < 0 || end < section) {
      return "NOTHING";
    }
    Set<String> named = new TreeSet<>();
    for (String line : dump.substring(section, end).split("\n")) {
      if (line.startsWith("\"")) {
        named.add(line.substring(1, line.indexOf('"', 1)));
      }
    }
    return "DEADLOCK " + String.join(",", named);
  }
}
