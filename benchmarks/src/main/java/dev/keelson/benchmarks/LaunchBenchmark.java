/* SPDX-License-Identifier: Apache-2.0 */
package dev.keelson.benchmarks;

import dev.keelson.process.Command;
import java.io.ByteArrayOutputStream;
import org.apache.commons.exec.CommandLine;
import org.apache.commons.exec.DefaultExecutor;
import org.apache.commons.exec.PumpStreamHandler;
import org.zeroturnaround.exec.ProcessExecutor;

/** Starts {@code /bin/true}, captures its output and waits: the price of one launch. */
final class LaunchBenchmark {

  private static final String PROGRAM = "/bin/true";

  private LaunchBenchmark() {}

  static void run(Options options) throws Exception {
    int rounds = options.number("rounds", 15);
    int launches = options.number("launches", 100);
    int warmUp = options.number("warmup", 3);
    Command command = Command.of(PROGRAM);
    new Rounds(options)
        .side(Side.KEELSON, command::run)
        .side("ProcessBuilder", LaunchBenchmark::processBuilder)
        .side("zt-exec", LaunchBenchmark::ztExec)
        .side("commons-exec", LaunchBenchmark::commonsExec)
        .run("launch", rounds, launches, warmUp, 1.15);
  }

  private static void processBuilder() throws Exception {
    Process process = new ProcessBuilder(PROGRAM).start();
    process.getOutputStream().close();
    int bytes = process.getInputStream().readAllBytes().length;
    bytes += process.getErrorStream().readAllBytes().length;
    check(process.waitFor() + bytes);
  }

  private static void ztExec() throws Exception {
    check(new ProcessExecutor(PROGRAM).readOutput(true).execute().getExitValue());
  }

  private static void commonsExec() throws Exception {
    DefaultExecutor executor = DefaultExecutor.builder().get();
    executor.setStreamHandler(new PumpStreamHandler(new ByteArrayOutputStream()));
    check(executor.execute(new CommandLine(PROGRAM)));
  }

  private static void check(int code) {
    if (code != 0) {
      throw new IllegalStateException(PROGRAM + " gave " + code);
    }
  }
}
