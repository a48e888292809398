/* SPDX-License-Identifier: Apache-2.0 */
package dev.keelson.internal.spawn.tree;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.keelson.internal.spawn.TreeReport;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;

@EnabledOnOs(OS.LINUX)
class RehearsalTest {

  private static final long SELF = ProcessHandle.current().pid();

  /** What reached the system. */
  private static final class Recorder implements Holds {
    final Set<Integer> signals = new TreeSet<>();
    final Set<Long> held = new TreeSet<>();
    final List<Long> groups = new ArrayList<>();
    int open;

    @Override
    public Hold open(long pid) {
      held.add(pid);
      open++;
      return new Hold() {
        @Override
        public Sent send(int signal) {
          signals.add(signal);
          return Sent.YES;
        }

        @Override
        public void close() {
          open--;
        }
      };
    }

    @Override
    public void signalGroup(long leader, int signal) {
      groups.add(leader);
    }
  }

  @Test
  void shouldEndThePaperTreeAndSendNobodyASignal() {
    Recorder system = new Recorder();

    TreeReport report = Rehearsal.walk(system);

    Set<Long> ended =
        report.ended().stream().map(TreeReport.Member::pid).collect(Collectors.toSet());
    assertEquals(Set.of(Rehearsal.ROOT, Rehearsal.CHILD), ended);
    report.ended().forEach(member -> assertEquals(TreeMember.KILL, member.signal()));
    assertEquals(List.of(), report.escaped());
    assertEquals(Set.of(0), system.signals, "a real signal was sent");
    assertEquals(Set.of(SELF), system.held);
    assertEquals(List.of(), system.groups, "a group was signalled");
    assertEquals(0, system.open, "a hold was left");
  }

  @Test
  void shouldUseNumbersThatNoProcessHas() throws Exception {
    long most = Long.parseLong(Files.readString(Path.of("/proc/sys/kernel/pid_max")).trim());
    assertTrue(Rehearsal.ROOT > most, "a process may have " + Rehearsal.ROOT);
  }

  @Test
  void shouldFindNobodyWhereItOnlyLooks() {
    assertEquals(TreeReport.NOTHING, Rehearsal.look());
  }
}
