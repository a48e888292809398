/* SPDX-License-Identifier: Apache-2.0 */
package dev.keelson.process;

import static java.util.Objects.requireNonNull;

import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.Charset;
import java.util.ArrayList;
import java.util.List;
import javax.annotation.Nullable;

/**
 * The places that a pump writes one output to, as one. A sink that fails does not keep the others
 * from being closed. Used by one thread.
 */
final class Sinks {

  // One each, or a few where several come first: the JVM's own descriptors keep every stream that
  // was ever made over them. Made late: an initializer that found no memory once would fail for
  // ever.
  private static volatile @Nullable Unclosed out;
  private static volatile @Nullable Unclosed err;

  private final List<OutputStream> streams = new ArrayList<>();

  private Sinks() {}

  /**
   * Opens all of them; if one fails, those opened so far are closed.
   *
   * @param capture where a captured part goes
   * @param error whether this is the standard error
   */
  static Sinks open(OutputTarget target, @Nullable Capture capture, Charset charset, boolean error)
      throws IOException {
    Sinks sinks = new Sinks();
    try {
      sinks.add(target, capture, charset, error);
    } catch (Throwable e) {
      sinks.close(e);
    }
    return sinks;
  }

  private void add(OutputTarget target, @Nullable Capture capture, Charset charset, boolean error)
      throws IOException {
    if (target instanceof OutputTarget.Tee tee) {
      for (OutputTarget each : tee.targets()) {
        add(each, capture, charset, error);
      }
    } else if (target instanceof OutputTarget.Capture) {
      streams.add(new ToCapture(requireNonNull(capture)));
    } else if (target instanceof OutputTarget.Lines lines) {
      streams.add(new LineSplitter(charset, lines.consumer()));
    } else if (target instanceof OutputTarget.ToStream to) {
      streams.add(requireNonNull(to.supplier().get(), "the supplier given to Stdout.to"));
    } else if (target instanceof OutputTarget.ToFile file) {
      streams.add(new FileOutputStream(file.path().toFile(), file.append()));
    } else if (target instanceof OutputTarget.Inherit) {
      streams.add(error ? err() : out());
    }
  }

  private static Unclosed out() {
    Unclosed known = out;
    if (known == null) {
      known = new Unclosed(FileDescriptor.out);
      out = known;
    }
    return known;
  }

  private static Unclosed err() {
    Unclosed known = err;
    if (known == null) {
      known = new Unclosed(FileDescriptor.err);
      err = known;
    }
    return known;
  }

  void write(byte[] bytes, int length) throws IOException {
    for (OutputStream stream : streams) {
      stream.write(bytes, 0, length);
    }
  }

  /**
   * Flushes and closes all of them. What failed before, or else the first failure now, is thrown;
   * the others are suppressed in it. A stream may well throw the same object each time.
   */
  void close(@Nullable Throwable before) throws IOException {
    Throwable failure = before;
    for (OutputStream stream : streams) {
      try {
        stream.flush();
      } catch (Throwable e) {
        failure = joined(failure, e);
      }
      try {
        stream.close();
      } catch (Throwable e) {
        failure = joined(failure, e);
      }
    }
    if (failure != null) {
      Sinks.<IOException>rethrow(failure);
    }
  }

  private static Throwable joined(@Nullable Throwable first, Throwable next) {
    if (first == null) {
      return next;
    }
    if (first != next) {
      first.addSuppressed(next);
    }
    return first;
  }

  /** Throws it as it is, also where the compiler would not have it. */
  @SuppressWarnings("unchecked")
  private static <T extends Throwable> void rethrow(Throwable failure) throws T {
    throw (T) failure;
  }

  /** A capture as one of several sinks; its limit is looked at by the execution. */
  private static final class ToCapture extends OutputStream {
    private final Capture capture;

    ToCapture(Capture capture) {
      this.capture = capture;
    }

    @Override
    public void write(int b) {
      write(new byte[] {(byte) b}, 0, 1);
    }

    @Override
    public void write(byte[] bytes, int offset, int length) {
      capture.add(ByteBuffer.wrap(bytes, offset, length));
    }
  }

  /** This process's own output, which nobody may close. */
  private static final class Unclosed extends FileOutputStream {
    Unclosed(FileDescriptor descriptor) {
      super(descriptor);
    }

    @Override
    public void close() {
      // not ours
    }
  }
}
