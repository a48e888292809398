/* SPDX-License-Identifier: Apache-2.0 */
package dev.keelson.internal.spawn.portable;

import static dev.keelson.internal.spawn.TraitSupport.absent;
import static dev.keelson.internal.spawn.TraitSupport.kept;
import static dev.keelson.internal.spawn.TraitSupport.weaker;

import dev.keelson.internal.spawn.Trait;
import dev.keelson.internal.spawn.TraitSupport;
import java.io.File;
import java.util.EnumMap;
import java.util.Map;

/** What the portable engine promises, on this system. */
final class PortableTraits {

  private PortableTraits() {}

  static Map<Trait, TraitSupport> of(boolean ownPipes) {
    boolean cookies = new File("/proc/self/environ").canRead();
    Map<Trait, TraitSupport> traits = new EnumMap<>(Trait.class);
    traits.put(
        Trait.NO_DESCRIPTOR_LEAK, kept("the JDK closes every descriptor above 2 in the child"));
    traits.put(
        Trait.EXACT_STATUS,
        weaker(
            "java.lang.Process says 128 + n for signal n and for an exit with that code alike; a"
                + " signal is told only where Keelson sent it; a status that other code reaped first"
                + " reads as 0"));
    traits.put(
        Trait.NO_RECYCLED_PID,
        weaker(
            "start times are compared right before a signal, which leaves a few microseconds in"
                + " which a pid could be taken over"));
    traits.put(
        Trait.ANY_SIGNAL,
        new File("/bin/sh").canExecute()
            ? weaker(
                "TERM and KILL are the JDK's; others go by /bin/sh after a look at the process")
            : absent("only TERM and KILL, which are the JDK's"));
    traits.put(
        Trait.OWN_SESSION,
        absent("ProcessBuilder cannot start a session: the child shares this process's terminal"));
    traits.put(
        Trait.CLEAN_SIGNAL_MASK,
        Runtime.version().feature() >= 20
            ? kept("the JDK empties it since 20")
            : weaker("before JDK 20 a child starts with SIGQUIT blocked"));
    traits.put(
        Trait.WAKEABLE_STREAMS,
        ownPipes
            ? kept("pipes of our own, read through selectors")
            : weaker("a thread stays parked in the JDK's stream until a grandchild lets go"));
    traits.put(
        Trait.HELD_PIPE_POLICY,
        ownPipes
            ? kept("the end of file is decided on our side of the pipe")
            : weaker(
                "the JDK cuts the stream at the child's exit unless a reader is parked in it"));
    traits.put(
        Trait.TREE_TEARDOWN,
        weaker("found by scanning: a child that forks without end may be listed as escaped"));
    traits.put(
        Trait.COOKIE,
        cookies
            ? kept("found in /proc/PID/environ; a program that clears its environment is not")
            : absent("no /proc/PID/environ here"));
    traits.put(Trait.RESOURCE_USAGE, absent("java.lang.Process does not tell what the child used"));
    traits.put(
        Trait.HIDDEN_ARGUMENTS,
        weaker("the JDK's own jdk.ProcessStart event shows the arguments of every start"));
    traits.put(
        Trait.VIRTUAL_THREADS,
        weaker("a wait for output in a selector occupies the carrier, which the JDK compensates"));
    traits.put(
        Trait.NO_THREAD_PER_CHILD, absent("the JDK parks one reaper thread for each live child"));
    return traits;
  }
}
