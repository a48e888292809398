/* SPDX-License-Identifier: Apache-2.0 */
package dev.keelson.internal.spawn.linux;

import dev.keelson.internal.linux.Kernel;
import dev.keelson.internal.linux.Linux;
import dev.keelson.internal.linux.Region;
import dev.keelson.internal.linux.SpawnPlan;
import dev.keelson.internal.spawn.Ends;
import dev.keelson.internal.spawn.SpawnRequest;
import dev.keelson.internal.spawn.Stdio;
import java.io.File;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import javax.annotation.Nullable;

/**
 * The descriptors of one start: the child's, which this process drops as soon as the child has
 * them, and ours, which stay. For one thread.
 */
final class Wiring {

  private static final int RW_FOR_ALL = 0666;

  private final Kernel kernel;
  private final Loop loop;
  private final Regions regions;

  /** What only the child needs. There is room for all: to note one takes no memory. */
  private final int[] childs = new int[3];

  private int childsOpen;
  private final List<PipeLink> links = new ArrayList<>(3);

  private @Nullable PipeWriter stdin;
  private @Nullable PipeReader stdout;
  private @Nullable PipeReader stderr;

  Wiring(Kernel kernel, Loop loop, Regions regions) {
    this.kernel = kernel;
    this.loop = loop;
    this.regions = regions;
  }

  /** Opens everything that is needed. If this throws, {@link #abandon} closes what was opened. */
  void connect(SpawnRequest request, SpawnPlan plan) throws IOException {
    plan.stdin = input(request.stdin());
    plan.stdout = output(request.stdout(), false);
    if (!request.mergeStderr()) {
      plan.stderr = output(request.stderr(), true);
    } else {
      // An output that is inherited may be one that this process does not have.
      boolean missing = plan.stdout == SpawnPlan.INHERIT && kernel.fcntl(1, Linux.F_GETFD, 0) < 0;
      plan.stderr = missing ? SpawnPlan.CLOSED : SpawnPlan.MERGE;
    }
  }

  private int input(Stdio stdio) throws IOException {
    if (stdio instanceof Stdio.Pipe) {
      Pipes.Pipe pipe = Pipes.open(kernel, regions);
      childs(pipe.read());
      PipeEnd end = ours(pipe.write(), "pipe to write to");
      try {
        stdin = new PipeWriter(kernel, regions, end);
      } finally {
        if (stdin == null) { // there was no memory
          end.close();
        }
      }
      return pipe.read();
    }
    if (stdio instanceof Stdio.Linked linked) {
      return enter((PipeLink) linked.link()).readEnd;
    }
    if (stdio instanceof Stdio.Source source) {
      if (source.file().isDirectory()) { // Linux opens it, and the child's first read fails
        throw new FileNotFoundException(
            source.file().getPath() + " (" + kernel.message(Linux.EISDIR) + ")");
      }
      return file(source.file(), Linux.O_RDONLY);
    }
    return plain(stdio);
  }

  private int output(Stdio stdio, boolean error) throws IOException {
    if (stdio instanceof Stdio.Pipe) {
      Pipes.Pipe pipe = Pipes.open(kernel, regions);
      childs(pipe.write());
      PipeReader reader = reader(ours(pipe.read(), "pipe to read from"));
      if (error) {
        stderr = reader;
      } else {
        stdout = reader;
      }
      return pipe.write();
    }
    if (stdio instanceof Stdio.Linked linked) {
      return enter((PipeLink) linked.link()).writeEnd;
    }
    if (stdio instanceof Stdio.Sink sink) {
      int how = sink.append() ? Linux.O_APPEND : Linux.O_TRUNC;
      return file(sink.file(), Linux.O_WRONLY | Linux.O_CREAT | how);
    }
    return plain(stdio);
  }

  private PipeReader reader(PipeEnd end) {
    PipeReader reader = null;
    try {
      reader = new PipeReader(kernel, loop, regions, end);
      return reader;
    } finally {
      if (reader == null) { // there was no memory
        end.close();
      }
    }
  }

  private static int plain(Stdio stdio) {
    return stdio instanceof Stdio.Null ? SpawnPlan.NULL_DEVICE : SpawnPlan.INHERIT;
  }

  private void childs(int fd) {
    childs[childsOpen++] = fd;
  }

  /** Our end never blocks; it is an open file of its own, so that the child's does. */
  private PipeEnd ours(int fd, String name) throws IOException {
    PipeEnd end = null;
    try {
      int answer = kernel.fcntl(fd, Linux.F_SETFL, Linux.O_NONBLOCK);
      if (answer < 0) {
        throw Failures.of(kernel, answer); // the loop must not block
      }
      end = new PipeEnd(kernel, loop, fd, name);
      return end;
    } finally {
      if (end == null) {
        kernel.close(fd);
      }
    }
  }

  private PipeLink enter(PipeLink link) throws IOException {
    if (!link.enter()) {
      throw Ends.streamClosed();
    }
    links.add(link);
    return link;
  }

  /** Opened here and not in the child: a relative path is one of this process's directory. */
  private int file(File file, int flags) throws IOException {
    byte[] path = Text.encode(file.getPath());
    Region region = regions.take(path.length + 1);
    Text.put(region, 0, path);
    int answer = Descriptors.aboveStandard(kernel, kernel.open(region, 0, flags, RW_FOR_ALL));
    regions.give(region);
    if (answer < 0) {
      throw Failures.cannotOpen(kernel, file, answer);
    }
    childs(answer);
    return answer;
  }

  /** Drops what only the child needs. */
  void started() {
    while (childsOpen > 0) {
      kernel.close(childs[--childsOpen]); // once, whatever becomes of it
    }
    while (!links.isEmpty()) {
      links.remove(links.size() - 1).leave();
    }
  }

  /** Closes everything. */
  void abandon() {
    started();
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

  @Nullable
  PipeWriter stdin() {
    return stdin;
  }

  @Nullable
  PipeReader stdout() {
    return stdout;
  }

  @Nullable
  PipeReader stderr() {
    return stderr;
  }
}
