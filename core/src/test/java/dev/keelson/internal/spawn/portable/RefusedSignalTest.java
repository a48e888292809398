/* SPDX-License-Identifier: Apache-2.0 */
package dev.keelson.internal.spawn.portable;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.mockito.Mockito.mock;
import static org.mockito.Mockito.when;

import dev.keelson.internal.spawn.Signals;
import java.io.IOException;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A signal that the system does not let through, such as one to another user's process. */
class RefusedSignalTest {

  private final Process process = mock(Process.class);
  private final ProcessHandle handle = mock(ProcessHandle.class);
  private final PortableProcess child =
      new PortableProcess(process, Instant.EPOCH, null, mock(PipeSource.Wiring.class));

  RefusedSignalTest() {
    when(process.toHandle()).thenReturn(handle);
    when(process.isAlive()).thenReturn(true);
  }

  @ParameterizedTest
  @ValueSource(ints = {Signals.TERM, Signals.KILL})
  void shouldSayThatItCannotBeSentWhenTheProcessLives(int signal) {
    when(handle.isAlive()).thenReturn(true);

    assertThrows(IOException.class, () -> child.signal(signal));
  }

  @Test
  void shouldSayThatThereIsNobodyWhenItEndsMeanwhile() throws Exception {
    when(handle.isAlive()).thenReturn(false); // the child itself does not know of it yet

    assertFalse(child.signal(Signals.TERM));
  }
}
