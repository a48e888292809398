/* SPDX-License-Identifier: Apache-2.0 */
package dev.keelson.testkit.corpus;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.keelson.testkit.Await;
import dev.keelson.testkit.hazards.JvmProbe;
import dev.keelson.testkit.stress.Size;
import java.time.Duration;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.logging.Level;
import java.util.logging.Logger;

/** Judges, in a JVM of its own with a small heap, the seeds that want to be alone. */
final class CorpusMain {

  private static final String END = "END";
  private static final Duration LONGEST = Duration.ofMinutes(4);
  private static final Logger LOGGER = Logger.getLogger("dev.keelson");

  private CorpusMain() {}

  private static List<Seed> seeds() {
    return CorpusTable.all().stream()
        .filter(seed -> seed.trial().alone() && (Size.isFull() || !seed.whole()))
        .toList();
  }

  /** The verdicts by the names of the seeds. */
  static Map<String, Verdict> run() throws Exception {
    JvmProbe probe = JvmProbe.of(CorpusMain.class);
    String output;
    try (JvmProbe.Running running =
        (Size.isFull() ? probe.options("-Dkeelson.stress=full") : probe).start()) {
      output = Await.within(LONGEST).value("the end", running::output, text -> text.endsWith(END));
    }
    Map<String, Verdict> verdicts = new HashMap<>();
    output
        .lines()
        .map(line -> line.split(" ", -1))
        .filter(words -> words.length == 5 && words[0].equals("VERDICT"))
        .forEach(
            words ->
                verdicts.put(
                    decoded(words[1]),
                    new Verdict(decoded(words[2]), decoded(words[3]), Long.parseLong(words[4]))));
    if (verdicts.size() < seeds().size()) {
      throw new IllegalStateException(output);
    }
    return verdicts;
  }

  public static void main(String[] args) throws Exception {
    LOGGER.setLevel(Level.OFF);
    try {
      for (Seed seed : seeds()) {
        Verdict verdict = verdict(seed);
        System.out.println(
            String.join(
                " ",
                "VERDICT",
                encoded(seed.name()),
                encoded(verdict.accusation()),
                encoded(verdict.falseAlarm()),
                Long.toString(verdict.millis())));
      }
    } catch (Throwable e) {
      e.printStackTrace(System.out);
    }
    System.out.print(END);
    System.out.flush();
    Runtime.getRuntime().halt(0);
  }

  /** Or the others would not be judged. */
  private static Verdict verdict(Seed seed) {
    try {
      return Verdict.of(seed);
    } catch (Exception e) {
      return new Verdict("", "failed with " + e, 0);
    }
  }

  private static String encoded(String text) {
    return Base64.getEncoder().encodeToString(text.getBytes(UTF_8));
  }

  private static String decoded(String text) {
    return new String(Base64.getDecoder().decode(text), UTF_8);
  }
}
