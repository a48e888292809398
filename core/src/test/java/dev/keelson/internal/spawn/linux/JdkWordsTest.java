/* SPDX-License-Identifier: Apache-2.0 */
package dev.keelson.internal.spawn.linux;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.mockito.ArgumentMatchers.any;
import static org.mockito.Mockito.mock;
import static org.mockito.Mockito.times;
import static org.mockito.Mockito.verify;
import static org.mockito.Mockito.when;

import dev.keelson.internal.spawn.SpawnEngine;
import java.io.IOException;
import org.junit.jupiter.api.Test;

class JdkWordsTest {

  private final SpawnEngine portable = mock(SpawnEngine.class);
  private final JdkWords words = new JdkWords(portable);

  @Test
  void shouldNotTakeARefusalOfOurOwnForTheJdksWords() throws Exception {
    when(portable.spawn(any()))
        .thenThrow(
            new IOException("error=24, Too many open files: 250 of 256 are open"),
            new IOException(
                "Cannot run program \"/dev/null/none\": Exec failed, error: 20 (Not a directory)"));

    assertEquals("error=2, none", words.of(2, "none"));
    assertEquals("Exec failed, error: 2 (none) ", words.of(2, "none"));
    assertEquals("Exec failed, error: 3 (gone) ", words.of(3, "gone"));
    verify(portable, times(2)).spawn(any());
  }

  @Test
  void shouldAskTheJdkOnce() throws Exception {
    when(portable.spawn(any()))
        .thenThrow(
            new IOException("Cannot run program \"/dev/null/none\": error=20, Not a directory"));

    assertEquals("error=2, none", words.of(2, "none"));
    assertEquals("error=3, gone", words.of(3, "gone"));
    verify(portable, times(1)).spawn(any());
  }
}
