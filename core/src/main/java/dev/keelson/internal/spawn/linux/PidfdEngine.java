/* SPDX-License-Identifier: Apache-2.0 */
package dev.keelson.internal.spawn.linux;

import static dev.keelson.internal.spawn.TraitSupport.kept;

import dev.keelson.internal.linux.Kernel;
import dev.keelson.internal.linux.Linux;
import dev.keelson.internal.spawn.Link;
import dev.keelson.internal.spawn.ReadEnd;
import dev.keelson.internal.spawn.SpawnEngine;
import dev.keelson.internal.spawn.SpawnRequest;
import dev.keelson.internal.spawn.Spawned;
import dev.keelson.internal.spawn.Trait;
import dev.keelson.internal.spawn.TraitSupport;
import dev.keelson.internal.spawn.TreeEnding;
import dev.keelson.internal.spawn.WriteEnd;
import dev.keelson.spi.Creation;
import dev.keelson.spi.Creations;
import java.io.IOException;
import java.util.EnumMap;
import java.util.Map;
import javax.annotation.Nullable;

/**
 * For systems where this process may not start others by {@code posix_spawn} and be sure of their
 * descriptors (glibc before 2.34, musl, a filter), and where pidfds work: the portable engine
 * starts and reaps, and signals and teardowns go by pidfds.
 */
final class PidfdEngine implements SpawnEngine {

  /*
   * Whose pidfd it is
   * -----------------
   * The JDK reaps its children whenever they end, so a pid may mean somebody else by the time its pidfd is opened. But the JDK has
   * read the child's start time before it could be reaped. So the pidfd is opened first and the start time compared afterwards:
   * whoever has the pid then with that start time is the child, and had the pid before, too, when the pidfd was opened.
   */

  /** What it is called in tables and logs; no property selects it. */
  static final String NAME = "portable+pidfd";

  private final Kernel kernel;
  private final SpawnEngine portable;

  PidfdEngine(Kernel kernel, SpawnEngine portable) {
    this.kernel = kernel;
    this.portable = portable;
  }

  @Override
  public String name() {
    return NAME;
  }

  @Override
  public Map<Trait, TraitSupport> traits() {
    Map<Trait, TraitSupport> traits = new EnumMap<>(portable.traits());
    traits.put(
        Trait.NO_RECYCLED_PID, kept("signals go by a pidfd that was compared with the start time"));
    traits.put(Trait.ANY_SIGNAL, kept("by pidfd_send_signal"));
    traits.put(
        Trait.TREE_TEARDOWN, kept("a tree is stopped before its members are listed and killed"));
    return traits;
  }

  @Override
  public Link link() throws IOException {
    return portable.link();
  }

  @Override
  public Spawned spawn(SpawnRequest request) throws IOException {
    Spawned process = portable.spawn(request);
    Pidfd hold = null;
    Spawned made = null;
    try {
      hold = hold(process, request.command().get(0));
      made = new PidfdProcess(process, hold, request.cookie(), kernel);
      return made;
    } finally {
      if (made == null) {
        if (hold != null) {
          hold.close();
        }
        var unused = process.endTree(new TreeEnding(0));
        closeEnds(process);
      }
    }
  }

  @Override
  public void rehearse() {
    Trees.rehearse(kernel);
  }

  /** Null if it has ended already. */
  private @Nullable Pidfd hold(Spawned process, String program) throws IOException {
    int fd = Descriptors.aboveStandard(kernel, kernel.pidfdOpen((int) process.pid()));
    if (fd == -Linux.ESRCH || fd == -Linux.EINVAL) {
      return null;
    }
    if (fd < 0) {
      throw Failures.of(kernel, fd);
    }
    Pidfd hold = null;
    try {
      if (process.toHandle().isAlive()) { // compares the start time
        hold =
            new Pidfd(
                kernel,
                fd,
                Creations.created(Creation.Kind.DESCRIPTOR, fd, () -> "pidfd of " + program));
      }
      return hold;
    } finally {
      if (hold == null) { // or there was no memory
        kernel.close(fd);
      }
    }
  }

  private static void closeEnds(Spawned process) {
    WriteEnd stdin = process.stdin();
    if (stdin != null) {
      stdin.close();
    }
    for (ReadEnd end : new ReadEnd[] {process.stdout(), process.stderr()}) {
      if (end != null) {
        end.close();
      }
    }
  }
}
