/* SPDX-License-Identifier: Apache-2.0 */
package dev.keelson.benchmarks;

import com.zaxxer.nuprocess.NuAbstractProcessHandler;
import com.zaxxer.nuprocess.NuProcess;
import com.zaxxer.nuprocess.NuProcessBuilder;
import dev.keelson.process.Command;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.commons.exec.CommandLine;
import org.apache.commons.exec.DefaultExecutor;
import org.apache.commons.exec.PumpStreamHandler;
import org.zeroturnaround.exec.ProcessExecutor;

/** One launch of {@code /bin/true}, its output captured and its end awaited, by each library. */
final class Launches {

  private static final String PROGRAM = "/bin/true";

  /** Not loaded by who measures somebody else. */
  private static final class Ours {
    static final Command COMMAND = Command.of(PROGRAM);
  }

  private Launches() {}

  static void keelson() throws Exception {
    Ours.COMMAND.run();
  }

  static void processBuilder() throws Exception {
    Process process = new ProcessBuilder(PROGRAM).start();
    process.getOutputStream().close();
    int bytes = process.getInputStream().readAllBytes().length;
    bytes += process.getErrorStream().readAllBytes().length;
    check(process.waitFor() + bytes);
  }

  static void ztExec() throws Exception {
    check(new ProcessExecutor(PROGRAM).readOutput(true).execute().getExitValue());
  }

  static void commonsExec() throws Exception {
    DefaultExecutor executor = DefaultExecutor.builder().get();
    executor.setStreamHandler(new PumpStreamHandler(new ByteArrayOutputStream()));
    check(executor.execute(new CommandLine(PROGRAM)));
  }

  static void nuProcess() throws Exception {
    Gathering handler = new Gathering();
    NuProcess process = new NuProcessBuilder(handler, List.of(PROGRAM)).start();
    process.closeStdin(true);
    check(process.waitFor(1, TimeUnit.MINUTES) + handler.bytes.get());
  }

  private static void check(int code) {
    if (code != 0) {
      throw new IllegalStateException(PROGRAM + " gave " + code);
    }
  }

  private static final class Gathering extends NuAbstractProcessHandler {
    private final AtomicInteger bytes = new AtomicInteger();

    @Override
    public void onStdout(ByteBuffer buffer, boolean closed) {
      bytes.addAndGet(buffer.remaining());
      buffer.position(buffer.limit());
    }

    @Override
    public void onStderr(ByteBuffer buffer, boolean closed) {
      onStdout(buffer, closed);
    }
  }
}
