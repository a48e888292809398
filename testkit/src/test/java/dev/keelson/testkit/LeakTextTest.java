/* SPDX-License-Identifier: Apache-2.0 */
package dev.keelson.testkit;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The words, with what differs from run to run fixed or masked. */
class LeakTextTest {

  @Test
  void shouldSayTheVerdictFirstAndHowToFixAndAllowLast() {
    Throwable site = new Throwable("created here");
    site.setStackTrace(
        new StackTraceElement[] {
          new StackTraceElement("dev.keelson.process.Start", "begin", "Start.java", 1),
          new StackTraceElement("java.util.ArrayList", "forEach", "ArrayList.java", 2),
          new StackTraceElement("com.example.Pool", "open", "Pool.java", 12),
          new StackTraceElement("org.junit.Runner", "run", "Runner.java", 3)
        });
    Leak child =
        new Leak(
            LeakKind.SURVIVOR,
            "4711 99",
            "pid 4711 (start 99) sleep 300",
            "running child",
            Duration.ofMillis(2_345),
            site,
            null,
            List.of());
    Leak thread =
        new Leak(
            LeakKind.THREAD,
            "42",
            "\"pool-1\" id 42",
            "WAITING",
            null,
            null,
            null,
            List.of("at com.example.Pool.run(Pool.java:17)"));
    LeakFindings findings =
        new LeakFindings(
            "PoolTest.closes()",
            List.of(child, thread),
            List.of(new LeakFindings.Ignored(LeakKind.THREAD, "\"C2\"", "of the JVM")),
            List.of("something could not be seen"),
            List.of("killed [pid 4711]"),
            Duration.ofMillis(2_010));
    assertEquals(
        """
        1 survivor, 1 thread leaked by PoolTest.closes() (after 2.0 s)
          SURVIVOR pid 4711 (start 99) sleep 300: running child, age 2.3 s
              created
                  at com.example.Pool.open(Pool.java:12)
          THREAD "pool-1" id 42: WAITING
              at com.example.Pool.run(Pool.java:17)
        ignored: 1 THREAD, of the JVM
        note: something could not be seen
        quarantine: killed [pid 4711]
        to fix: close, end or join what is listed before the scope ends
        to allow: @AllowLeak(kinds = ..., name = "part of it", reason = "..."), or LeakPolicy.ignoring(...)
        on JDK N, N processors\
        """,
        findings.toText().replaceAll("on JDK .*", "on JDK N, N processors"));
  }

  @Test
  void shouldKeepToSixtyLinesAndNameEverythingItCan() {
    List<Leak> many =
        Collections.nCopies(
            100,
            new Leak(
                LeakKind.THREAD, "1", "\"t\" id 1", "WAITING", null, null, null, List.of("at x")));
    LeakFindings findings =
        new LeakFindings("x", many, List.of(), List.of(), List.of(), Duration.ofSeconds(1));
    String text = new LeakError(findings).getMessage();
    assertTrue(text.lines().count() <= 60, text);
    assertTrue(text.startsWith("100 threads leaked by x"), text);
    assertTrue(text.contains("more"), text);
  }
}
