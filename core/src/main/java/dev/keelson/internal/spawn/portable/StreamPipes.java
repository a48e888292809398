/* SPDX-License-Identifier: Apache-2.0 */
package dev.keelson.internal.spawn.portable;

import dev.keelson.internal.spawn.Link;
import dev.keelson.internal.spawn.ReadEnd;
import dev.keelson.internal.spawn.Stdio;
import dev.keelson.internal.spawn.WriteEnd;
import java.lang.ProcessBuilder.Redirect;
import javax.annotation.Nullable;

/**
 * The JDK's own pipes, for systems on which {@link OwnPipes} do not work. Safe for use by multiple
 * threads.
 */
final class StreamPipes implements PipeSource {

  @Override
  public Link link() {
    return new StreamLink();
  }

  @Override
  public Wiring wire() {
    return new StreamWiring();
  }

  private static final class StreamWiring implements Wiring {
    private @Nullable Stdio input;
    private @Nullable Stdio output;
    private @Nullable Stdio error;
    private @Nullable WriteEnd stdin;
    private @Nullable ReadEnd stdout;
    private @Nullable ReadEnd stderr;

    @Override
    public Redirect input(Stdio stdio) {
      Redirect simple = Redirects.input(stdio);
      input = simple == null ? stdio : null;
      return simple == null ? Redirect.PIPE : simple;
    }

    @Override
    public Redirect output(Stdio stdio, boolean isError) {
      Redirect simple = Redirects.output(stdio);
      if (simple != null) {
        return simple;
      }
      if (isError) {
        error = stdio;
      } else {
        output = stdio;
      }
      return Redirect.PIPE;
    }

    @Override
    public void started(Process process) {
      if (input instanceof Stdio.Linked linked) {
        ((StreamLink) linked.link()).to(new StreamWriteEnd(process.getOutputStream()));
      } else if (input != null) {
        stdin = new StreamWriteEnd(process.getOutputStream());
      }
      if (output instanceof Stdio.Linked linked) {
        ((StreamLink) linked.link()).from(new PumpedReadEnd(process.getInputStream()));
      } else if (output != null) {
        stdout = new PumpedReadEnd(process.getInputStream());
      }
      if (error != null) {
        stderr = new PumpedReadEnd(process.getErrorStream());
      }
    }

    @Override
    public @Nullable WriteEnd stdin() {
      return stdin;
    }

    @Override
    public @Nullable ReadEnd stdout() {
      return stdout;
    }

    @Override
    public @Nullable ReadEnd stderr() {
      return stderr;
    }

    @Override
    public void close() {
      // The child's ends are the JDK's own, which drops them.
    }

    @Override
    public void abandon() {
      // There are none if the start failed: then the JDK has dropped its pipes itself.
      if (stdin != null) {
        stdin.close();
      }
      if (stdout != null) {
        stdout.close();
      }
      if (stderr != null) {
        stderr.close();
      }
    }
  }
}
