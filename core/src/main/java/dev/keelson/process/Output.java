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

    /** One output more, or less, whose sinks have something in hand. */
    void handingOn(int more);

    void limitExceeded();

    /** Called once for each output that is carried. */
    void ended(Output output, boolean complete, @Nullable Throwable failure);
  }

  private final OutputTarget target;
  private final boolean error;
  private final @Nullable Capture capture;

  /** Whether running into the capture's limit ends the tree, rather than leaving a hole. */
  private final boolean limited;

  /*
   * The beginning against what is asked
   * -----------------------------------
   * Other threads know the execution before its streams are carried, and one that looks at the clock may have to finish or abandon
   * an output that has not begun. It first sets its flag and then looks at `end`; begin() first sets `end`, and `pump`, and looks
   * at the flags in the end. One of the two sees the other. Where both do, it is asked twice, which is once.
   */

  private volatile @Nullable ReadEnd end;
  private volatile @Nullable OutputPump pump;

  /** Only ever set. */
  private volatile boolean finished;

  /** Only ever set. */
  private volatile boolean abandoned;

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
   * Takes over our end of the pipe, where there is one, and begins to carry. Called once; what was
   * asked before is done now.
   */
  void begin(Time time, @Nullable ReadEnd readEnd, Charset charset, Owner owner) {
    end = readEnd;
    if (readEnd != null && !isUsers()) {
      carry(time, readEnd, charset, owner);
    }
    if (finished) {
      finish();
    }
    if (abandoned) {
      abandon();
    }
  }

  private void carry(Time time, ReadEnd readEnd, Charset charset, Owner owner) {
    if (target instanceof OutputTarget.Capture) {
      readEnd.drainTo(new ToCapture(owner));
      return;
    }
    OutputPump carrier = new OutputPump(this, readEnd, charset, owner);
    pump = carrier;
    time.execute(carrier);
  }

  /** Nobody waits any longer for bytes that are not there yet. Idempotent. */
  void finish() {
    finished = true;
    ReadEnd known = end;
    if (known != null) {
      known.finish();
    }
  }

  /** Gives up on sinks that do not take what is there. Idempotent. */
  void abandon() {
    abandoned = true;
    OutputPump carrier = pump;
    ReadEnd known = end;
    if (carrier != null) {
      carrier.abandon();
    } else if (known != null) {
      known.close();
    }
  }

  /** Where a pump writes it. */
  Sinks openSinks(Charset charset) throws IOException {
    return Sinks.open(target, capture, charset, error);
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
}
