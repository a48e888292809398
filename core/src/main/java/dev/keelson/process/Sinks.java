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
final class Sinks implements AutoCloseable {

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
    } catch (IOException | RuntimeException | Error e) {
      try {
        sinks.close();
      } catch (IOException | RuntimeException alsoFailed) {
        e.addSuppressed(alsoFailed);
      }
      throw e;
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
      streams.add(new Unclosed(error ? FileDescriptor.err : FileDescriptor.out));
    }
  }

  void write(byte[] bytes, int length) throws IOException {
    for (OutputStream stream : streams) {
      stream.write(bytes, 0, length);
    }
  }

  /**
   * Flushes and closes all of them; the first failure is thrown, the others are suppressed in it.
   */
  @Override
  public void close() throws IOException {
    Throwable failure = null;
    for (OutputStream stream : streams) {
      try (stream) {
        stream.flush();
      } catch (IOException | RuntimeException e) {
        if (failure == null) {
          failure = e;
        } else {
          failure.addSuppressed(e);
        }
      }
    }
    if (failure instanceof IOException e) {
      throw e;
    } else if (failure instanceof RuntimeException e) {
      throw e;
    }
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
