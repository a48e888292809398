/* SPDX-License-Identifier: Apache-2.0 */
package dev.keelson.process;

import dev.keelson.internal.spawn.ChunkSink;
import dev.keelson.internal.spawn.ReadEnd;
import dev.keelson.internal.spawn.Stdio;
import dev.keelson.internal.threads.Time;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.Charset;
import javax.annotation.Nullable;

/**
 * One of the two outputs of one execution: where its bytes go, and who carries them there. Captured
 * bytes are carried by the engine, to sinks of the user's by a pump; a file, the null device and
 * the parent's own output need nobody, and a pipe is the user's to read.
 */
final class Output {

  /**
   * What a child's output is to the execution that owns it. Each method may be called on any
   * thread.
   */
  interface Owner {
    void progressed();

    void limitExceeded();

    /** Called once for each output that is carried. */
    void ended(Output output, boolean complete, @Nullable Throwable failure);
  }

  private final OutputTarget target;
  private final boolean error;
  private final @Nullable Capture capture;

  /** Whether running into the capture's limit ends the tree, rather than leaving a hole. */
  private final boolean limited;

  private @Nullable ReadEnd end;
  private @Nullable OutputPump pump;

  Output(OutputTarget target, boolean error, CommandSettings settings) {
    this.target = target;
    this.error = error;
    limited = !error && settings.keepHeadAndTail == 0;
    capture = captures(target) ? newCapture(error, settings) : null;
  }

  /** An output that goes to the next member of a pipeline. */
  static Output elsewhere(CommandSettings settings) {
    return new Output(new OutputTarget.Discard(), false, settings);
  }

  private static Capture newCapture(boolean error, CommandSettings settings) {
    if (error) {
      return Capture.withHole(1 << 20, 1 << 19);
    }
    return settings.keepHeadAndTail == 0
        ? Capture.upTo(settings.maxOutput)
        : Capture.withHole(settings.keepHeadAndTail, settings.keepHeadAndTail / 2);
  }

  private static boolean captures(OutputTarget target) {
    return target instanceof OutputTarget.Capture
        || (target instanceof OutputTarget.Tee tee
            && tee.targets().stream().anyMatch(Output::captures));
  }

  /** What the child is connected to. */
  Stdio stdio() {
    if (target instanceof OutputTarget.Discard) {
      return Stdio.NULL;
    } else if (target instanceof OutputTarget.Inherit) {
      return Stdio.INHERIT;
    } else if (target instanceof OutputTarget.ToFile file) {
      return new Stdio.Sink(file.path().toFile(), file.append());
    }
    return Stdio.PIPE;
  }

  /** Whether somebody here carries its bytes, so that the execution is not over before that is. */
  boolean isCarried() {
    return stdio() instanceof Stdio.Pipe && !isUsers();
  }

  /** Whether the user reads it. */
  boolean isUsers() {
    return target instanceof OutputTarget.Pipe;
  }

  /**
   * Takes over our end of the pipe, where there is one, and begins to carry. Called once, before
   * any other thread knows this.
   */
  void begin(Time time, @Nullable ReadEnd readEnd, Charset charset, Owner owner) {
    end = readEnd;
    if (readEnd == null || isUsers()) {
      return;
    }
    if (target instanceof OutputTarget.Capture) {
      readEnd.drainTo(new ToCapture(owner));
      return;
    }
    OutputPump carrier =
        new OutputPump(readEnd, target, capture, charset, error, new ByPump(owner));
    pump = carrier;
    time.execute(carrier);
  }

  /** Nobody waits any longer for bytes that are not there yet. */
  void finish() {
    if (end != null) {
      end.finish();
    }
  }

  /** Gives up on sinks that do not take what is there. */
  void abandon() {
    if (pump != null) {
      pump.abandon();
    } else if (end != null) {
      end.close();
    }
  }

  byte[] captured() {
    return capture == null ? new byte[0] : capture.bytes();
  }

  boolean truncated() {
    return capture != null && capture.truncated();
  }

  /** Whether more came than the command allows. */
  boolean overLimit() {
    return limited && truncated();
  }

  private final class ToCapture implements ChunkSink {
    private final Owner owner;

    ToCapture(Owner owner) {
      this.owner = owner;
    }

    @Override
    public void chunk(ByteBuffer bytes) {
      owner.progressed();
      if (capture != null && !capture.add(bytes) && limited) {
        owner.limitExceeded();
      }
    }

    @Override
    public void end(boolean complete, @Nullable IOException failure) {
      owner.ended(Output.this, complete, failure);
    }
  }

  private final class ByPump implements OutputPump.Owner {
    private final Owner owner;

    ByPump(Owner owner) {
      this.owner = owner;
    }

    @Override
    public void progressed() {
      owner.progressed();
    }

    @Override
    public void limitExceeded() {
      if (limited) {
        owner.limitExceeded();
      }
    }

    @Override
    public void ended(boolean complete, @Nullable Throwable failure) {
      owner.ended(Output.this, complete, failure);
    }
  }
}
