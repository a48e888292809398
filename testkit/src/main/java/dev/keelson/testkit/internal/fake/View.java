/* SPDX-License-Identifier: Apache-2.0 */
package dev.keelson.testkit.internal.fake;

import static java.util.Objects.requireNonNull;

import dev.keelson.internal.spawn.ExitReport;
import dev.keelson.internal.spawn.Signals;
import dev.keelson.testkit.FakeProcess;
import dev.keelson.testkit.FakeProgram;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/** A fake process as its program sees it. */
final class View implements FakeProcess {

  private final Proc process;
  private final VirtualClock clock;

  View(Proc process, VirtualClock clock) {
    this.process = process;
    this.clock = clock;
  }

  @Override
  public long pid() {
    return process.pid;
  }

  @Override
  public List<String> words() {
    return process.launch.words();
  }

  @Override
  public Optional<String> environment(String name) {
    return Optional.ofNullable(process.launch.environment().get(requireNonNull(name, "name")));
  }

  @Override
  public Path directory() {
    return process.launch.directory();
  }

  @Override
  public InputStream stdin() {
    return new In();
  }

  @Override
  public OutputStream stdout() {
    return new Out(process.streams.out());
  }

  @Override
  public OutputStream stderr() {
    return new Out(process.streams.merged() ? process.streams.out() : process.streams.err());
  }

  @Override
  public void sleep(Duration duration) {
    boolean unused = process.block(() -> false, clock.after(nanos(duration)));
  }

  private static long nanos(Duration duration) {
    try {
      return duration.toNanos();
    } catch (ArithmeticException tooLong) {
      return Long.MAX_VALUE;
    }
  }

  @Override
  public void hang() {
    boolean unused = process.block(() -> false, Long.MAX_VALUE);
  }

  @Override
  public void ignore(String... signals) {
    for (String signal : signals) {
      process.ignore(Dispositions.catchable(signal));
    }
  }

  @Override
  public void on(String signal, Runnable handler) {
    process.handle(Dispositions.catchable(signal), requireNonNull(handler, "handler"));
  }

  @Override
  public void exit(int code) {
    process.end(ExitReport.exited(code & 0xFF));
    throw new Proc.Over();
  }

  @Override
  public void die(String signal) {
    process.end(ExitReport.signaled(Signals.number(signal)));
    throw new Proc.Over();
  }

  @Override
  public FakeProcess fork(FakeProgram program) {
    return forked(false, program);
  }

  @Override
  public FakeProcess daemon(FakeProgram program) {
    return forked(true, program);
  }

  private FakeProcess forked(boolean quietly, FakeProgram program) {
    requireNonNull(program, "program");
    return new View(process.fork(process.launch.nextPid(), quietly, program), clock);
  }

  @Override
  public void waitForChildren() {
    boolean unused = process.block(() -> !process.hasChildren(), Long.MAX_VALUE);
  }

  private final class In extends InputStream {
    @Override
    public int read() throws IOException {
      byte[] one = new byte[1];
      return read(one, 0, 1) < 0 ? -1 : one[0] & 0xFF;
    }

    @Override
    public int read(byte[] target, int offset, int length) throws IOException {
      process.checkAlive();
      return process
          .streams
          .in()
          .read(
              target,
              offset,
              length,
              over -> {
                boolean unused = process.block(over, Long.MAX_VALUE);
              });
    }
  }

  private final class Out extends OutputStream {
    private final Channel channel;

    Out(Channel channel) {
      this.channel = channel;
    }

    @Override
    public void write(int b) throws IOException {
      write(new byte[] {(byte) b}, 0, 1);
    }

    @Override
    public void write(byte[] source, int offset, int length) throws IOException {
      process.checkAlive();
      boolean read =
          channel.write(
              source,
              offset,
              length,
              over -> {
                boolean unused = process.block(over, Long.MAX_VALUE);
              });
      if (!read) {
        boolean unused = process.signal(Signals.PIPE);
        process.checkAlive();
        throw FakePipe.broken(); // it ignores the signal
      }
    }
  }
}
