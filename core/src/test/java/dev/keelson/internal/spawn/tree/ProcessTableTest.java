/* SPDX-License-Identifier: Apache-2.0 */
package dev.keelson.internal.spawn.tree;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import javax.annotation.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Whom a look lets bend its sureness. */
class ProcessTableTest {

  private static final long SELF = ProcessHandle.current().pid();
  private static final long SHELL = 200_000_001;
  private static final long DAEMON = 200_000_002;
  private static final long OTHER = 200_000_003;

  private final Fake proc = new Fake();
  private ProcessTable table;

  @BeforeEach
  void populate() {
    proc.put(SELF, SHELL, 'R', 50);
    proc.put(SHELL, 1, 'S', 10);
    proc.put(DAEMON, 1, 'S', 20);
    table = new ProcessTable(proc, new NoBinder(), 60_000_000_000L, -1, false, "KEELSON_ID=x");
  }

  @Test
  void shouldBeSureWhereTheChildrenOfStrangersComeAndGo() {
    table.look();
    proc.put(OTHER, DAEMON, 'Z', 60);
    assertTrue(look());
    proc.put(OTHER + 1, DAEMON, 'R', 61);
    proc.executing = OTHER + 1;
    assertTrue(look());
  }

  @Test
  void shouldDoubtWhoExecutesAProgramAndMayBeAnOrphanOfOurs() {
    long pid = OTHER;
    for (long parent : new long[] {1, SELF, SHELL}) {
      proc.put(++pid, parent, 'R', 60);
      proc.executing = pid;
      assertFalse(look(), "with parent " + parent);
      proc.executing = 0;
      assertTrue(look(), "with parent " + parent);
    }
  }

  @Test
  void shouldListAgainAtOnceWhereSomebodyHasJustEnded() {
    proc.put(OTHER, 1, 'Z', 60);
    assertTrue(look());
    assertEquals(2, proc.lists, "the second list has whoever the first could not have");
  }

  @Test
  void shouldNotBeSureWherePidsVanishAllTheTime() {
    proc.vanishing = true;
    assertFalse(look());
  }

  @Test
  void shouldNotDoubtWhoIsOlderThanThisJvm() {
    proc.put(OTHER, 1, 'R', 5);
    proc.executing = OTHER;
    assertTrue(look());
  }

  private boolean look() {
    assertEquals(List.of(), table.look());
    return table.isSure();
  }

  private static final class NoBinder implements Binder {
    @Override
    public @Nullable TreeMember root(ProcStat examined) {
      return null;
    }

    @Override
    public @Nullable TreeMember member(ProcStat examined) {
      return null;
    }
  }

  private static final class Fake implements ProcReader {
    private final Map<Long, ProcStat> all = new LinkedHashMap<>();
    private long executing;
    private boolean vanishing;
    private long ghost = 300_000_000;
    private int lists;

    void put(long pid, long parent, char state, long born) {
      all.put(pid, new ProcStat(pid, "fake", state, parent, parent, 0, born));
    }

    @Override
    public long[] pids() {
      lists++;
      long[] pids = all.keySet().stream().mapToLong(Long::longValue).toArray();
      if (vanishing) {
        pids = java.util.Arrays.copyOf(pids, pids.length + 1);
        pids[pids.length - 1] = ghost++;
      }
      return pids;
    }

    @Override
    public @Nullable ProcStat stat(long pid) {
      return all.get(pid);
    }

    @Override
    public Environment environment(long pid, CookieMatcher cookie) {
      return pid == executing ? Environment.EMPTY : Environment.HAS_NOT;
    }

    @Override
    public @Nullable String executable(long pid) {
      return null;
    }

    @Override
    public @Nullable long[] children(long pid) {
      return null;
    }

    @Override
    public boolean isStopped(long pid) {
      return false;
    }
  }
}
