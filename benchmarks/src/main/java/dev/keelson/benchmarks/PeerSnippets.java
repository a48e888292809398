/* SPDX-License-Identifier: Apache-2.0 */
package dev.keelson.benchmarks;

import java.io.IOException;
import java.io.OutputStream;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import org.apache.commons.exec.CommandLine;
import org.apache.commons.exec.DefaultExecutor;
import org.apache.commons.exec.ExecuteWatchdog;
import org.apache.commons.exec.PumpStreamHandler;
import org.zeroturnaround.exec.ProcessExecutor;
import org.zeroturnaround.exec.ProcessResult;
import org.zeroturnaround.exec.stream.LogOutputStream;

/** The old lines that docs/migrating.md shows of other libraries; here, as these are at hand. */
public final class PeerSnippets {

  private PeerSnippets() {}

  public static String ztExec() throws IOException, InterruptedException, TimeoutException {
    // snippet: ztexec-old
    ProcessResult result =
        new ProcessExecutor("java", "-version")
            .readOutput(true)
            .timeout(60, TimeUnit.SECONDS)
            .exitValueNormal()
            .execute();
    String out = result.outputUTF8();
    int code = result.getExitValue();
    // end
    return code + out;
  }

  public static void ztExecLines(Consumer<String> log)
      throws IOException, InterruptedException, TimeoutException {
    // snippet: ztexec-lines-old
    new ProcessExecutor("make", "all")
        .redirectOutput(
            new LogOutputStream() {
              @Override
              protected void processLine(String line) {
                log.accept(line);
              }
            })
        .exitValueNormal()
        .execute();
    // end
  }

  public static int commonsExec(OutputStream out) throws IOException {
    // snippet: commonsexec-old
    CommandLine print = new CommandLine("lp").addArgument("-d").addArgument("office");
    print.addArgument("report 1.pdf", false);
    DefaultExecutor executor = DefaultExecutor.builder().get();
    executor.setExitValues(new int[] {0, 1});
    executor.setWatchdog(ExecuteWatchdog.builder().setTimeout(Duration.ofSeconds(60)).get());
    executor.setStreamHandler(new PumpStreamHandler(out));
    int code = executor.execute(print);
    // end
    return code;
  }
}
