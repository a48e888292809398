/* SPDX-License-Identifier: Apache-2.0 */
package dev.keelson.testkit.stress;

import dev.keelson.process.Child;
import dev.keelson.process.Command;
import dev.keelson.process.Stdin;
import dev.keelson.process.Stdout;
import dev.keelson.testkit.Lane;
import dev.keelson.testkit.ProcInfo;
import dev.keelson.testkit.Procs;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStreamWriter;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;

/** Another JVM, told what to do a line at a time, and everything that it has started. */
public final class JvmUnderTest implements AutoCloseable {

  private static final String MARK = "KEELSON_STRESS_MARK";

  private final String mark = UUID.randomUUID().toString();
  private final Child child;
  private final BufferedReader answers;
  private final Writer orders;

  private JvmUnderTest(List<String> wrapper, String classPath, List<String> options, String main)
      throws IOException, InterruptedException {
    List<String> command = new ArrayList<>(wrapper);
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(List.of("-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC", "-Xshare:auto"));
    command.addAll(Lane.jvmOptions());
    command.addAll(options);
    command.addAll(List.of("-cp", classPath, main));
    // Untracked: what it starts and what ends that is its own business.
    child =
        Command.of(command)
            .env(MARK, mark)
            .untracked()
            .unsetEnv("KEELSON_ID")
            .grace(Duration.ZERO)
            .stdin(Stdin.pipe())
            .stdout(Stdout.pipe())
            .mergeStderr()
            .start();
    answers = new BufferedReader(new InputStreamReader(child.stdout(), StandardCharsets.UTF_8));
    orders = new OutputStreamWriter(child.stdin(), StandardCharsets.UTF_8);
  }

  /** Starts one with this test's class path. */
  public static JvmUnderTest start(Class<?> main, String... options)
      throws IOException, InterruptedException {
    return new JvmUnderTest(
        List.of(), System.getProperty("java.class.path"), List.of(options), main.getName());
  }

  /** Starts one by another program, with another class path. */
  public static JvmUnderTest start(
      List<String> wrapper, String classPath, Class<?> main, String... options)
      throws IOException, InterruptedException {
    return new JvmUnderTest(wrapper, classPath, List.of(options), main.getName());
  }

  public long pid() {
    return child.pid();
  }

  public Child child() {
    return child;
  }

  /** Gives an order and returns the answer, a line that begins with {@code >}. */
  public String tell(String order) throws IOException {
    try {
      send(order);
    } catch (IOException e) {
      answer(); // it is gone, and this says what it said
      throw e;
    }
    return answer();
  }

  /** Gives an order that nobody answers. */
  public void send(String order) throws IOException {
    orders.write(order + "\n");
    orders.flush();
  }

  /** The next answer; what else it says, exceptions for example, is in the failure. */
  public String answer() throws IOException {
    StringBuilder rest = new StringBuilder();
    for (String line = answers.readLine(); line != null; line = answers.readLine()) {
      if (line.startsWith(">")) {
        return line.substring(1);
      }
      rest.append(line).append('\n');
    }
    throw new IOException("the JVM is gone; it said\n" + rest);
  }

  /** The live processes that it started, or that those started, wherever they are now. */
  public List<ProcInfo> family() {
    List<ProcInfo> family = new ArrayList<>();
    for (ProcInfo candidate : Procs.all()) {
      if (candidate.isAlive()
          && candidate.pid() != child.pid()
          && Procs.environment(candidate.pid(), MARK).filter(mark::equals).isPresent()) {
        family.add(candidate);
      }
    }
    return family;
  }

  /** Ends it and, twice because they may fork, what is left of its family. */
  @Override
  public void close() {
    child.close();
    for (int i = 0; i < 2; i++) {
      family().forEach(Procs::kill);
    }
  }
}
