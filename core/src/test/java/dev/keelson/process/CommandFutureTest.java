/* SPDX-License-Identifier: Apache-2.0 */
package dev.keelson.process;

import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.mockito.ArgumentMatchers.any;
import static org.mockito.Mockito.doAnswer;
import static org.mockito.Mockito.mock;
import static org.mockito.Mockito.when;

import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class CommandFutureTest {

  @Test
  void shouldFailWhenTheOutcomeCannotBeHad() {
    IllegalStateException failure = new IllegalStateException("mine");
    CommandFuture.Running running = mock(CommandFuture.Running.class);
    when(running.outcome()).thenThrow(failure);
    doAnswer(
            call -> {
              call.getArgument(0, Runnable.class).run();
              return null;
            })
        .when(running)
        .whenDone(any());
    CommandFuture future = new CommandFuture(new Callbacks(Runnable::run));

    future.follow(running);

    assertSame(
        failure,
        assertThrows(ExecutionException.class, () -> future.get(30, TimeUnit.SECONDS)).getCause());
  }
}
