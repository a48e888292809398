/* SPDX-License-Identifier: Apache-2.0 */
package dev.keelson.process;

import dev.keelson.internal.spawn.Link;
import dev.keelson.internal.spawn.SpawnEngine;
import dev.keelson.internal.spawn.Stdio;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import javax.annotation.Nullable;

/**
 * One start of several processes, each of which reads what the one before writes. Used by one
 * thread, once.
 */
final class DropInPipeline {

  /*
   * A link is a pipe of which this process holds an end as long as both neighbours are not there
   * yet. While it does, the reader could miss its end of file and the writer the closed pipe, so a
   * link is closed as soon as the second neighbour has been started, and in every case before this
   * returns.
   */

  private final SpawnEngine engine;
  private final List<DropInLaunch> launches;
  private final List<Process> started = new ArrayList<>();

  /** The pipe from the process started last to the next one. */
  private @Nullable Link previous;

  /** The pipe from the process that is being started. */
  private @Nullable Link next;

  DropInPipeline(SpawnEngine engine, List<DropInLaunch> launches) {
    this.engine = engine;
    this.launches = launches;
  }

  List<Process> start() throws IOException {
    try {
      for (int i = 0; i < launches.size(); i++) {
        startNext(launches.get(i), i < launches.size() - 1);
      }
      return started;
    } catch (IOException | RuntimeException | Error e) {
      endStarted();
      throw e;
    } finally {
      close(previous);
      close(next);
    }
  }

  private void startNext(DropInLaunch launch, boolean hasSuccessor) throws IOException {
    Stdio stdin = previous == null ? launch.stdin() : new Stdio.Linked(previous);
    Stdio stdout = launch.stdout();
    if (hasSuccessor) {
      Link link = engine.link();
      next = link;
      stdout = new Stdio.Linked(link);
    }
    started.add(launch.start(engine, stdin, stdout));
    close(previous);
    previous = next;
    next = null;
  }

  private void endStarted() {
    started.forEach(Process::destroyForcibly);
    boolean interrupted = false;
    for (Process process : started) {
      while (true) {
        try {
          process.waitFor();
          break;
        } catch (InterruptedException e) {
          interrupted =
              true; // nothing was promised to be left, and a killed process does not take long
        }
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  private static void close(@Nullable Link link) {
    if (link != null) {
      link.close();
    }
  }
}
