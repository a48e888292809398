/* SPDX-License-Identifier: Apache-2.0 */
package dev.keelson.testkit.jcstress;

import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Collection;
import java.util.List;
import org.openjdk.jcstress.JCStress;
import org.openjdk.jcstress.Options;
import org.openjdk.jcstress.infra.collectors.DiskReadCollector;
import org.openjdk.jcstress.infra.collectors.InProcessCollector;
import org.openjdk.jcstress.infra.collectors.TestResult;

/**
 * Runs every jcstress test and exits with 1 where one failed, or where the gate itself would let a
 * failure pass.
 *
 * <p>A class of its own and not a JUnit test, because jcstress hands the options and the class path
 * of its JVM on to every JVM it starts. It writes into its working directory: the report is {@code
 * results/index.html}, all it said is {@code log.txt}.
 *
 * <ul>
 *   <li>{@code -Dkeelson.stress=full}: minutes a test in four compilation modes, instead of one
 *       second in one.
 *   <li>{@code -Dkeelson.jcstress=REGEX}: only the tests that it finds, and the canaries.
 *   <li>{@code -Dkeelson.jcstress.args="..."}: other options for jcstress.
 * </ul>
 */
public final class JcstressGate {

  // One JVM a test, with tiered compilation: the actors start out interpreted and end up compiled
  // by C2, so that one run passes through every speed they have. No affinity: pinning threads needs
  // a native library, and there are no more actors than CPUs.
  private static final String HERE = " -sc false -af NONE -pth false -hs 64";
  private static final String SLICE =
      "-m quick -iters 4 -time 100 -jvmArgs -XX:+UseSerialGC" + HERE;
  private static final String AGAIN = "-m quick -iters 5 -time 1000 -jvmArgs -Xint" + HERE;
  private static final String FULL = "-m default" + HERE;

  private static final PrintStream CONSOLE = System.out;
  private static final Path LOG = Path.of("log.txt").toAbsolutePath();

  private JcstressGate() {}

  /** Takes no arguments. */
  public static void main(String[] args) throws Exception {
    System.exit(passes() ? 0 : 1);
  }

  private static boolean passes() throws Exception {
    long start = System.nanoTime();
    Files.deleteIfExists(LOG);
    if (Runtime.getRuntime().availableProcessors() < JcstressList.CPUS) {
      CONSOLE.println("WARNING: jcstress needs two CPUs, there is one: nothing was raced.");
      return true;
    }
    List<String> faults = JcstressList.faults();
    faults.forEach(fault -> CONSOLE.println("jcstress: " + fault));
    if (!faults.isEmpty()) {
      return false;
    }
    boolean full = "full".equals(System.getProperty("keelson.stress"));
    String options = System.getProperty("keelson.jcstress.args", full ? FULL : SLICE);
    Collection<String> tests = JcstressList.matching(System.getProperty("keelson.jcstress", ".*"));
    JcstressVerdict verdict = run(tests, options);
    if (verdict.onlyCanariesFailed()) { // a loaded machine may hide a race for half a second
      Collection<String> again = List.copyOf(verdict.failures().keySet());
      JcstressVerdict second = run(again, AGAIN);
      verdict.failures().keySet().retainAll(second.failures().keySet());
    }
    verdict.failures().forEach((test, why) -> CONSOLE.println("jcstress: " + test + " " + why));
    if (!verdict.failures().isEmpty()) {
      CONSOLE.println("jcstress: see " + LOG);
    }
    CONSOLE.printf(
        "jcstress on JDK %d: %d passed, %d failed, %d s%n",
        Runtime.version().feature(),
        verdict.passed(),
        verdict.failures().size(),
        (System.nanoTime() - start) / 1_000_000_000L);
    return verdict.failures().isEmpty();
  }

  private static JcstressVerdict run(Collection<String> tests, String options) throws Exception {
    StringBuilder all = new StringBuilder();
    for (String test : tests) {
      all.append(all.isEmpty() ? "^(" : "|").append(test.replace(".", "\\.")).append('$');
    }
    String[] args =
        (options + " -c " + JcstressList.CPUS + " -r results/ -t " + all + ")").split(" +");
    try (PrintStream log = log()) {
      System.setOut(log);
      Options parsed = new Options(args);
      if (!parsed.parse()) {
        throw new IllegalArgumentException("jcstress refuses the options " + options);
      }
      try {
        new JCStress(parsed).run();
      } catch (AssertionError red) {
        log.println(red.getMessage()); // said again, with more, by the verdict
      }
      return new JcstressVerdict(tests, results(parsed.getResultFile()));
    } finally {
      System.setOut(CONSOLE);
    }
  }

  private static Collection<TestResult> results(String file)
      throws IOException, ClassNotFoundException {
    InProcessCollector results = new InProcessCollector();
    if (Files.exists(Path.of(file))) {
      DiskReadCollector disk = new DiskReadCollector(file, results);
      disk.dump();
      disk.close();
      Files.delete(Path.of(file));
    }
    return results.getTestResults();
  }

  private static PrintStream log() throws IOException {
    return new PrintStream(
        Files.newOutputStream(LOG, StandardOpenOption.CREATE, StandardOpenOption.APPEND),
        true,
        StandardCharsets.UTF_8);
  }
}
