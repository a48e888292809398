/* SPDX-License-Identifier: Apache-2.0 */
package dev.keelson.testkit.hang;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.keelson.lock.HangReport.Kind;
import dev.keelson.testkit.hazards.JvmProbe;
import dev.keelson.testkit.stress.Size;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Whom the first finding of a report blames in programs that hang, beside what the JVM tells. */
@Tag("process")
@Timeout(300)
class HangCorpusTest {

  private static final int AT_ONCE = 3;

  /** What three tools said of one program. */
  private record Verdict(HangingProgram program, String output) {

    /** What that tool said. */
    String of(String tool) {
      return output
          .lines()
          .filter(line -> line.startsWith(tool + " "))
          .map(line -> line.substring(tool.length() + 1))
          .findFirst()
          .orElse("?");
    }

    boolean isRight(String tool) {
      return rightly(program, of(tool));
    }
  }

  /** Right is: the kind of hang, all that are to blame, and nobody else. */
  static boolean rightly(HangingProgram program, String said) {
    if (program.kind == null) {
      return said.equals("NOTHING");
    }
    String[] words = said.split(" ", 2);
    return words.length == 2
        && words[0].equals(program.kind.name())
        && Stream.of(words[1].split(",")).allMatch(name -> name.startsWith("culprit"))
        && words[1].split(",").length == circleOf(program);
  }

  private static int circleOf(HangingProgram program) {
    if (program.kind != Kind.DEADLOCK) {
      return 1;
    }
    return program.name().startsWith("THREE") ? 3 : 2;
  }

  private static Verdict ask(HangingProgram program) throws Exception {
    JvmProbe probe = JvmProbe.of(HangMain.class, program.name());
    if (program == HangingProgram.STARVED_HAND_OFF) {
      probe =
          probe.options(
              "-Djdk.virtualThreadScheduler.parallelism=1",
              "-Djdk.virtualThreadScheduler.maxPoolSize=1");
    }
    return new Verdict(program, probe.run());
  }

  private static List<Verdict> askAll(List<HangingProgram> programs) throws Exception {
    ExecutorService pool = Executors.newFixedThreadPool(AT_ONCE);
    try {
      List<Future<Verdict>> futures = new ArrayList<>();
      for (HangingProgram program : programs) {
        futures.add(pool.submit(() -> ask(program)));
      }
      List<Verdict> verdicts = new ArrayList<>();
      for (Future<Verdict> future : futures) {
        verdicts.add(future.get());
      }
      return verdicts;
    } finally {
      pool.shutdownNow();
    }
  }

  private static String table(List<Verdict> verdicts) {
    StringBuilder table = new StringBuilder("who is to blame, as said by\n");
    table.append(row("program", "report", "findDeadlockedThreads", "jstack"));
    for (Verdict verdict : verdicts) {
      table.append(
          row(
              verdict.program.name(),
              (verdict.isRight("REPORT") ? "+ " : "- ") + verdict.of("REPORT"),
              (verdict.isRight("JMX") ? "+ " : "- ") + verdict.of("JMX"),
              (verdict.isRight("JSTACK") ? "+ " : "- ") + verdict.of("JSTACK")));
    }
    return table
        .append(
            row(
                "right, of " + verdicts.size(),
                "" + right(verdicts, "REPORT"),
                "" + right(verdicts, "JMX"),
                "" + right(verdicts, "JSTACK")))
        .toString();
  }

  private static long right(List<Verdict> verdicts, String tool) {
    return verdicts.stream().filter(verdict -> verdict.isRight(tool)).count();
  }

  private static String row(String... cells) {
    return String.format(Locale.ROOT, "%-24s%-42s%-32s%s%n", (Object[]) cells);
  }

  @Test
  void shouldBlameTheRightOnesFirstAndNobodyWhereNothingHangs() throws Exception {
    List<HangingProgram> all = HangingProgram.all();
    assertEquals(20, all.size());
    int step = Size.of(4, 1);
    List<HangingProgram> programs = new ArrayList<>();
    for (int i = step - 1; i < all.size(); i += step) {
      programs.add(all.get(i));
    }
    programs.add(HangingProgram.HEALTHY);
    List<Verdict> verdicts = askAll(programs);
    Verdict healthy = verdicts.remove(verdicts.size() - 1);
    assertEquals("NOTHING", healthy.of("REPORT"), healthy.output);
    System.out.println(table(verdicts));
    long wrong = verdicts.size() - right(verdicts, "REPORT");
    assertTrue(wrong <= 1, () -> wrongOnes(verdicts));
  }

  private static String wrongOnes(List<Verdict> verdicts) {
    StringBuilder text = new StringBuilder();
    verdicts.stream()
        .filter(verdict -> !verdict.isRight("REPORT"))
        .forEach(verdict -> text.append(verdict.program).append('\n').append(verdict.output));
    return text.toString();
  }

  /** The score is one that can be missed. */
  @Test
  void shouldCallItWrongToBlameABystanderTooFewOrTheWrongKind() {
    HangingProgram circle = HangingProgram.THREE_LOCKS;
    assertTrue(rightly(circle, "DEADLOCK culprit-1,culprit-2,culprit-3"));
    assertFalse(rightly(circle, "DEADLOCK culprit-1,culprit-2"));
    assertFalse(rightly(circle, "DEADLOCK bystander-1,culprit-1,culprit-2"));
    assertFalse(rightly(circle, "LONG_HOLD culprit-1,culprit-2,culprit-3"));
    assertFalse(rightly(circle, "NOTHING"));
    assertFalse(rightly(circle, "?"));
    assertTrue(rightly(HangingProgram.OWNER_ENDED, "ABANDONED culprit"));
    assertFalse(rightly(HangingProgram.OWNER_ENDED, "ABANDONED bystander-1"));
    assertFalse(rightly(HangingProgram.HEALTHY, "LONG_HOLD bystander-1"));
  }
}
