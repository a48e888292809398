/* SPDX-License-Identifier: Apache-2.0 */
package dev.keelson.internal.spawn.linux;

import static dev.keelson.internal.spawn.TraitSupport.kept;
import static dev.keelson.internal.spawn.TraitSupport.weaker;

import dev.keelson.internal.spawn.Trait;
import dev.keelson.internal.spawn.TraitSupport;
import java.util.EnumMap;
import java.util.Map;

/** What the linux engine promises where everything works. */
final class LinuxTraits {

  private LinuxTraits() {}

  static Map<Trait, TraitSupport> all() {
    Map<Trait, TraitSupport> traits = new EnumMap<>(Trait.class);
    traits.put(
        Trait.NO_DESCRIPTOR_LEAK, kept("the child closes everything above 2 before it executes"));
    traits.put(Trait.EXACT_STATUS, kept("waitid tells codes, signals and core dumps apart"));
    traits.put(
        Trait.NO_RECYCLED_PID,
        kept("signals go by pidfds, and a child is not reaped while its tree is being ended"));
    traits.put(Trait.ANY_SIGNAL, kept("by pidfd_send_signal"));
    traits.put(Trait.OWN_SESSION, kept("setsid, before the child executes"));
    traits.put(Trait.CLEAN_SIGNAL_MASK, kept("the mask is empty, handlers and SIGPIPE are reset"));
    traits.put(
        Trait.WAKEABLE_STREAMS, kept("our ends never block; a reader parks and can be woken"));
    traits.put(Trait.HELD_PIPE_POLICY, kept("the end of file is decided on our side of the pipe"));
    traits.put(
        Trait.TREE_TEARDOWN, kept("a tree is stopped before its members are listed and killed"));
    traits.put(
        Trait.COOKIE,
        kept("found in /proc/PID/environ; a program that clears its environment is not"));
    traits.put(
        Trait.RESOURCE_USAGE,
        weaker(
            "processor time always; memory only where the child had more than this JVM ever had,"
                + " since Linux counts what a child shares with us before it executes"));
    traits.put(Trait.HIDDEN_ARGUMENTS, kept("the JDK is not asked to start anything"));
    traits.put(Trait.VIRTUAL_THREADS, kept("whoever waits is parked"));
    traits.put(Trait.NO_THREAD_PER_CHILD, kept("one thread for all children of this JVM"));
    return traits;
  }
}
