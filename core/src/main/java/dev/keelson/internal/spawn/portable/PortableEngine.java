/* SPDX-License-Identifier: Apache-2.0 */
package dev.keelson.internal.spawn.portable;

import dev.keelson.internal.spawn.Headroom;
import dev.keelson.internal.spawn.Link;
import dev.keelson.internal.spawn.SpawnEngine;
import dev.keelson.internal.spawn.SpawnRequest;
import dev.keelson.internal.spawn.Spawned;
import dev.keelson.internal.spawn.Trait;
import dev.keelson.internal.spawn.TraitSupport;
import dev.keelson.internal.spawn.TreeEnding;
import dev.keelson.internal.spawn.tree.Rehearsal;
import dev.keelson.internal.spawn.tree.TreeEnder;
import dev.keelson.spi.Creation;
import dev.keelson.spi.Creations;
import java.io.IOException;
import java.time.Instant;
import java.util.Map;
import javax.annotation.Nullable;

/**
 * Starts processes with {@link ProcessBuilder}, on every system and JDK. What it adds is on our
 * side of the pipes: see {@link OwnPipes}.
 */
public final class PortableEngine implements SpawnEngine {

  private final PipeSource pipes;

  private PortableEngine(PipeSource pipes) {
    this.pipes = pipes;
  }

  /** With the best pipes this system lets us have. Opens one for a moment to find out. */
  public static PortableEngine create() {
    return new PortableEngine(OwnPipes.workHere() ? new OwnPipes() : new StreamPipes());
  }

  /** With the JDK's own pipes, as on systems where ours do not work. */
  public static PortableEngine withStreams() {
    return new PortableEngine(new StreamPipes());
  }

  @Override
  public String name() {
    return "portable";
  }

  @Override
  public Map<Trait, TraitSupport> traits() {
    return PortableTraits.of(pipes instanceof OwnPipes);
  }

  @Override
  public Link link() throws IOException {
    return pipes.link();
  }

  @Override
  public Spawned spawn(SpawnRequest request) throws IOException {
    Headroom.require();
    ProcessBuilder builder = new ProcessBuilder(request.command());
    builder.directory(request.directory());
    if (!request.environment().isNone()) {
      request.environment().applyTo(builder.environment());
    }
    PipeSource.Wiring wiring = pipes.wire();
    Process process;
    try {
      builder.redirectInput(wiring.input(request.stdin()));
      builder.redirectOutput(wiring.output(request.stdout(), false));
      if (request.mergeStderr()) {
        builder.redirectErrorStream(true);
      } else {
        builder.redirectError(wiring.output(request.stderr(), true));
      }
      process = builder.start();
    } catch (OutOfMemoryError e) {
      wiring.abandon();
      endUnknown(request.cookie());
      throw e;
    } catch (IOException | RuntimeException | Error e) {
      wiring.abandon();
      throw e;
    }
    Spawned child = null;
    try {
      report(process, request.command().get(0), request.cookie());
      wiring.started(process);
      wiring.close();
      child = new PortableProcess(process, Instant.now(), request.cookie(), wiring);
      return child;
    } finally {
      if (child == null) { // there was no thread to read its output, or no memory
        try {
          wiring.abandon();
        } finally {
          end(process, request.cookie());
        }
      }
    }
  }

  @Override
  public void rehearse() {
    var unused = Rehearsal.look();
  }

  /**
   * Ends a process that the JDK has started and then disowned, because it could not start the
   * thread that would have reaped it. Only its cookie leads to it; what is left is a zombie until
   * this JVM ends, which nobody can reap from Java.
   */
  private static void endUnknown(@Nullable String cookie) {
    if (cookie != null) {
      var unused = TreeEnder.end(ProcessHandle.current(), true, cookie, new TreeEnding(0));
    }
  }

  /** Ends a process that nobody will know of, with what it may have started already. */
  private static void end(Process process, @Nullable String cookie) {
    try {
      var unused = TreeEnder.end(process.toHandle(), !process.isAlive(), cookie, new TreeEnding(0));
    } finally {
      process.destroyForcibly(); // closes the JDK's streams, too
    }
  }

  /** Tells whoever listens of the process and, which costs a future, of its end. */
  private static void report(Process process, String program, @Nullable String cookie) {
    if (Creations.observed()) {
      Creation creation =
          Creations.created(Creation.Kind.PROCESS, process.pid(), () -> program, cookie);
      var unused = process.onExit().whenComplete((ended, failure) -> Creations.ended(creation));
    }
  }
}
