/* SPDX-License-Identifier: Apache-2.0 */
package dev.keelson.internal.spawn.portable;

import dev.keelson.internal.spawn.Errno;
import dev.keelson.internal.spawn.Link;
import dev.keelson.internal.spawn.ReadEnd;
import dev.keelson.internal.spawn.Stdio;
import dev.keelson.internal.spawn.WriteEnd;
import java.io.File;
import java.io.FileOutputStream;
import java.io.IOException;
import java.lang.ProcessBuilder.Redirect;
import java.nio.channels.Pipe;
import javax.annotation.Nullable;

/**
 * Pipes of our own, given to children by their path in {@code /proc/self/fd}; see {@link OwnPipe}.
 * Safe for use by multiple threads.
 */
final class OwnPipes implements PipeSource {

  private static final File OPEN = new File("/proc/self/fd");

  private final PipePool pool = new PipePool();
  private final LazyLoop loop = new LazyLoop();

  /**
   * Whether this system lets a pipe be opened by its path. Leaves nothing open. A want of
   * descriptors or memory says nothing against the system: the starts will tell of it themselves.
   */
  static boolean workHere() {
    try {
      OwnPipe probe = OwnPipe.open();
      try (FileOutputStream child = new FileOutputStream(probe.path())) {
        child.write(1);
        return probe.available() == 1;
      } finally {
        probe.close();
      }
    } catch (IOException e) {
      int errno = Errno.of(e);
      return OPEN.isDirectory()
          && (errno == Errno.EMFILE || errno == Errno.ENFILE || errno == Errno.ENOMEM);
    } catch (RuntimeException e) {
      return false;
    }
  }

  @Override
  public Link link() throws IOException {
    return new NioLink(OwnPipe.open());
  }

  @Override
  public Wiring wire() {
    return new OwnWiring();
  }

  private final class OwnWiring implements Wiring {
    private @Nullable OwnPipe out;
    private @Nullable OwnPipe err;
    private @Nullable OwnPipe childsInput;
    private @Nullable NioWriteEnd stdin;
    private @Nullable NioReadEnd stdout;
    private @Nullable NioReadEnd stderr;

    @Override
    public Redirect input(Stdio stdio) throws IOException {
      Redirect simple = Redirects.input(stdio);
      if (simple != null) {
        return simple;
      }
      if (stdio instanceof Stdio.Linked linked) {
        return Redirect.from(((NioLink) linked.link()).pipe().path());
      }
      Pipe pipe = Pipe.open();
      OwnPipe read;
      try {
        read = OwnPipe.of(pipe);
        childsInput = read;
        stdin = new NioWriteEnd(pipe.sink());
      } catch (IOException | RuntimeException | Error e) {
        Channels.closeQuietly(pipe.sink());
        Channels.closeQuietly(pipe.source());
        throw e;
      }
      return Redirect.from(read.path());
    }

    @Override
    public Redirect output(Stdio stdio, boolean error) throws IOException {
      Redirect simple = Redirects.output(stdio);
      if (simple != null) {
        return simple;
      }
      if (stdio instanceof Stdio.Linked linked) {
        return Redirect.to(((NioLink) linked.link()).pipe().path());
      }
      OwnPipe pipe = pool.take();
      if (error) {
        err = pipe;
      } else {
        out = pipe;
      }
      return Redirect.to(pipe.path());
    }

    @Override
    public void started(Process process) {
      if (out != null) {
        stdout = new NioReadEnd(out, pool, loop);
        out = null;
      }
      if (err != null) {
        stderr = new NioReadEnd(err, pool, loop);
        err = null;
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
      if (childsInput != null) {
        childsInput.close();
        childsInput = null;
      }
    }

    @Override
    public void abandon() {
      // Not for the pool: the JDK may have started a process all the same, and disowned it for want
      // of a thread. It has the write end, and what it writes is nobody else's.
      if (out != null) {
        out.close();
        out = null;
      }
      if (err != null) {
        err.close();
        err = null;
      }
      if (stdin != null) {
        stdin.close();
      }
      if (stdout != null) {
        stdout.close();
      }
      if (stderr != null) {
        stderr.close();
      }
      close();
    }
  }
}
