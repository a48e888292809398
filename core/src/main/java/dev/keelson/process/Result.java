/* SPDX-License-Identifier: Apache-2.0 */
package dev.keelson.process;

import static java.util.Objects.requireNonNull;

import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * What a command did. Immutable and safe for use by multiple threads; byte arrays are copied out.
 *
 * <p>{@link CommandException#result()} gives one too, as far as the command got.
 */
public final class Result {

  private final ExitStatus status;
  private final byte[] stdout;
  private final byte[] stderr;
  private final Charset charset;
  private final Duration duration;
  private final Optional<Duration> cpuTime;
  private final OptionalLong maxRss;
  private final boolean truncated;
  private final boolean outputIncomplete;
  private final Optional<Teardown> teardown;
  private final List<Result> others;

  private Result(Builder builder) {
    status = builder.status;
    stdout = builder.stdout;
    stderr = builder.stderr;
    charset = builder.charset;
    duration = builder.duration;
    cpuTime = builder.cpuTime;
    maxRss = builder.maxRss;
    truncated = builder.truncated;
    outputIncomplete = builder.outputIncomplete;
    teardown = builder.teardown;
    others = builder.others;
  }

  /**
   * A builder whose result is that of a command that exited with 0 at once and wrote nothing. For
   * fakes and tests.
   */
  public static Builder builder() {
    return new Builder();
  }

  /** How it ended. */
  public ExitStatus status() {
    return status;
  }

  /**
   * The exit code as a shell says it: the code itself, or 128 + n for signal n.
   *
   * @throws IllegalStateException if the status is {@link ExitStatus.Unknown}; the message says why
   *     it is
   */
  public int exitCode() {
    if (status instanceof ExitStatus.Exited exited) {
      return exited.code();
    } else if (status instanceof ExitStatus.Signaled signaled) {
      return 128 + signaled.signal();
    }
    throw new IllegalStateException("there is no exit code: " + status);
  }

  /** What was captured of its standard output; a copy. Empty where that went elsewhere. */
  public byte[] stdout() {
    return stdout.clone();
  }

  /** {@link #stdout()} in the command's charset; what cannot be decoded becomes U+FFFD. */
  public String stdoutText() {
    return new String(stdout, charset);
  }

  /**
   * {@link #stdoutText()} without the newlines at its end, as a shell's {@code $(...)} gives it.
   */
  public String stdoutTrimmed() {
    String text = stdoutText();
    int end = text.length();
    while (end > 0 && (text.charAt(end - 1) == '\n' || text.charAt(end - 1) == '\r')) {
      end--;
    }
    return text.substring(0, end);
  }

  /** What was captured of its standard error; a copy. Beyond 1 MiB the middle is left out. */
  public byte[] stderr() {
    return stderr.clone();
  }

  /** {@link #stderr()} in the command's charset. */
  public String stderrText() {
    return new String(stderr, charset);
  }

  /** The lines of {@link #stdoutText()}, without their ends. */
  public List<String> lines() {
    return stdoutText().lines().collect(Collectors.toUnmodifiableList());
  }

  /**
   * From the call until everything was over, output included: where it had to wait for a free place
   * ({@link Launcher.Builder#maxConcurrent}), that counts.
   */
  public Duration duration() {
    return duration;
  }

  /**
   * User and system time of the child, where the engine can tell ({@link
   * Guarantee#RESOURCE_USAGE}).
   */
  public Optional<Duration> cpuTime() {
    return cpuTime;
  }

  /** The largest resident set of the child in bytes, where the engine can tell. */
  public OptionalLong maxRss() {
    return maxRss;
  }

  /** Whether a captured output has a hole in its middle. */
  public boolean truncated() {
    return truncated;
  }

  /**
   * Whether an output was left before its end of file, because something still held the pipe; see
   * {@link Drain}.
   */
  public boolean outputIncomplete() {
    return outputIncomplete;
  }

  /** What was ended, if the tree had to be. */
  public Optional<Teardown> teardown() {
    return teardown;
  }

  /**
   * The results of all members of a {@link Pipeline}, this one last; of a single command just this
   * one.
   */
  public List<Result> results() {
    return Stream.concat(others.stream(), Stream.of(this)).toList();
  }

  @Override
  public String toString() {
    return "Result["
        + status
        + ", stdout "
        + stdout.length
        + " bytes, stderr "
        + stderr.length
        + " bytes, "
        + duration.toMillis()
        + " ms"
        + (truncated ? ", truncated" : "")
        + (outputIncomplete ? ", output incomplete" : "")
        + "]";
  }

  /** Builds a {@link Result}. Not safe for use by multiple threads. */
  public static final class Builder {
    private ExitStatus status = new ExitStatus.Exited(0);
    private byte[] stdout = new byte[0];
    private byte[] stderr = new byte[0];
    private Charset charset = StandardCharsets.UTF_8;
    private Duration duration = Duration.ZERO;
    private Optional<Duration> cpuTime = Optional.empty();
    private OptionalLong maxRss = OptionalLong.empty();
    private boolean truncated;
    private boolean outputIncomplete;
    private Optional<Teardown> teardown = Optional.empty();
    private List<Result> others = List.of();

    private Builder() {}

    /** Sets {@link Result#status}. */
    public Builder status(ExitStatus status) {
      this.status = requireNonNull(status, "status");
      return this;
    }

    /** Sets the status to an exit with that code. */
    public Builder exitCode(int code) {
      return status(new ExitStatus.Exited(code));
    }

    /** Sets {@link Result#stdout}, which is copied. */
    public Builder stdout(byte[] stdout) {
      this.stdout = stdout.clone();
      return this;
    }

    /** Sets {@link Result#stdout} to this text in the charset set so far. */
    public Builder stdout(String text) {
      stdout = text.getBytes(charset);
      return this;
    }

    /** Sets {@link Result#stderr}, which is copied. */
    public Builder stderr(byte[] stderr) {
      this.stderr = stderr.clone();
      return this;
    }

    /** Sets {@link Result#stderr} to this text in the charset set so far. */
    public Builder stderr(String text) {
      stderr = text.getBytes(charset);
      return this;
    }

    /** Sets the charset of the text methods; UTF-8 unless set. */
    public Builder charset(Charset charset) {
      this.charset = requireNonNull(charset, "charset");
      return this;
    }

    /** Sets {@link Result#duration}. */
    public Builder duration(Duration duration) {
      this.duration = requireNonNull(duration, "duration");
      return this;
    }

    /** Sets {@link Result#cpuTime}. */
    public Builder cpuTime(Duration cpuTime) {
      this.cpuTime = Optional.of(cpuTime);
      return this;
    }

    /** Sets {@link Result#maxRss}, in bytes. */
    public Builder maxRss(long bytes) {
      maxRss = OptionalLong.of(bytes);
      return this;
    }

    /** Sets {@link Result#truncated}. */
    public Builder truncated(boolean truncated) {
      this.truncated = truncated;
      return this;
    }

    /** Sets {@link Result#outputIncomplete}. */
    public Builder outputIncomplete(boolean incomplete) {
      outputIncomplete = incomplete;
      return this;
    }

    /** Sets {@link Result#teardown}. */
    public Builder teardown(Teardown teardown) {
      this.teardown = Optional.of(teardown);
      return this;
    }

    /** Sets the results of the members before this one in a pipeline. */
    public Builder upstream(List<Result> upstream) {
      others = List.copyOf(upstream);
      return this;
    }

    /** Takes over two arrays that nobody else has. */
    Builder adopt(byte[] out, byte[] err) {
      stdout = out;
      stderr = err;
      return this;
    }

    /** The result. */
    public Result build() {
      return new Result(this);
    }
  }

  /** This result as the last one of a pipeline. */
  Result after(List<Result> upstream) {
    Builder builder = new Builder();
    builder.status = status;
    builder.stdout = stdout;
    builder.stderr = stderr;
    builder.charset = charset;
    builder.duration = duration;
    builder.cpuTime = cpuTime;
    builder.maxRss = maxRss;
    builder.truncated = truncated;
    builder.outputIncomplete = outputIncomplete;
    builder.teardown = teardown;
    return builder.upstream(upstream).build();
  }
}
