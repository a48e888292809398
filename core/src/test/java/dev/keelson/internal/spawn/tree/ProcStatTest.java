/* SPDX-License-Identifier: Apache-2.0 */
package dev.keelson.internal.spawn.tree;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ProcStatTest {

  private static final String REST =
      " 7 70 71 34816 -1 4194304 210 0 0 0 1 2 3 4 20 0 1 0 98765 2834432 251 18446744073709551615";

  @ParameterizedTest
  @ValueSource(strings = {"sleep", "a b", "x) R 1 (y", ")", "", "two\nlines"})
  void shouldReadWhateverTheNameIs(String name) {
    ProcStat stat = parse("42 (" + name + ") S" + REST);

    assertNotNull(stat);
    assertEquals(new ProcStat(42, name, 'S', 7, 71, 4194304, 98765), stat);
    assertFalse(stat.isZombie());
    assertFalse(stat.isKernelThread());
  }

  @Test
  void shouldTellZombiesAndKernelThreads() {
    assertTrue(parse("42 (sh) Z" + REST).isZombie());
    assertTrue(parse("42 (sh) X" + REST).isZombie());
    assertTrue(parse("42 (kworker) I" + REST.replace("4194304", "69238880")).isKernelThread());
  }

  @Test
  void shouldTellTwoOwnersOfAPidByTheirStart() {
    ProcStat first = parse("42 (sh) S" + REST);

    assertTrue(first.isSameProcess(parse("42 (other) R" + REST)));
    assertFalse(first.isSameProcess(parse("42 (sh) S" + REST.replace("98765", "98766"))));
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "42", "42 (sh", "42 (sh)", "42 (sh) S 7 70"})
  void shouldRejectWhatIsCutShort(String file) {
    assertNull(parse(file));
  }

  private static ProcStat parse(String file) {
    byte[] bytes = file.getBytes(UTF_8);
    return ProcStat.parse(42, bytes, bytes.length == 0 ? -1 : bytes.length);
  }
}
