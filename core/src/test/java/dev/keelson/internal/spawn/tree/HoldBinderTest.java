/* SPDX-License-Identifier: Apache-2.0 */
package dev.keelson.internal.spawn.tree;

import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.mockito.Mockito.mock;
import static org.mockito.Mockito.verify;
import static org.mockito.Mockito.when;

import org.junit.jupiter.api.Test;

class HoldBinderTest {

  private static final long PID = 42;

  @Test
  void shouldLetGoOfWhomThereIsNoMemoryToBind() throws Exception {
    ProcReader proc = mock(ProcReader.class);
    Holds holds = mock(Holds.class);
    Hold hold = mock(Hold.class);
    when(holds.open(PID)).thenReturn(hold);
    when(proc.stat(PID)).thenThrow(new OutOfMemoryError("injected"));
    Binder binder = new HoldBinder(proc, holds, null);

    assertThrows(
        OutOfMemoryError.class,
        () -> binder.member(new ProcStat(PID, "program", 'S', 1, PID, 0, 7)));
    verify(hold).close();
  }
}
