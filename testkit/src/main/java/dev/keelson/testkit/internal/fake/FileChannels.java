/* SPDX-License-Identifier: Apache-2.0 */
package dev.keelson.testkit.internal.fake;

import dev.keelson.internal.spawn.Stdio;
import java.io.File;
import java.io.FileDescriptor;
import java.io.FileInputStream;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.util.concurrent.atomic.AtomicInteger;

/** A stream of a fake process that is a real one of this JVM's: a file, its own, or none. */
final class FileChannels implements Channel {

  // One each, for good: a descriptor of the JVM's remembers every stream that was made for it.
  private static final OutputStream OUT = new FileOutputStream(FileDescriptor.out);
  private static final OutputStream ERR = new FileOutputStream(FileDescriptor.err);

  private final InputStream in;
  private final OutputStream out;
  private final boolean owned;
  private final AtomicInteger holders;

  private FileChannels(InputStream in, OutputStream out, boolean owned) {
    this.in = in;
    this.out = out;
    this.owned = owned;
    holders = new AtomicInteger();
  }

  static Channel nothing() {
    return new FileChannels(InputStream.nullInputStream(), OutputStream.nullOutputStream(), true);
  }

  /** What a process reads that inherits this JVM's input is nothing: a test has none to give. */
  static Channel input(Stdio stdio) throws IOException {
    return stdio instanceof Stdio.Source source ? source(source.file()) : nothing();
  }

  private static Channel source(File file) throws IOException {
    return new FileChannels(new FileInputStream(file), OutputStream.nullOutputStream(), true);
  }

  static Channel output(Stdio stdio, boolean first) throws IOException {
    if (stdio instanceof Stdio.Sink sink) {
      return new FileChannels(
          InputStream.nullInputStream(), new FileOutputStream(sink.file(), sink.append()), true);
    }
    return stdio instanceof Stdio.Inherit
        ? new FileChannels(InputStream.nullInputStream(), first ? OUT : ERR, false)
        : nothing();
  }

  @Override
  public int read(byte[] target, int offset, int length, FakePipe.Blocker blocker)
      throws IOException {
    return in.read(target, offset, length);
  }

  @Override
  public boolean write(byte[] source, int offset, int length, FakePipe.Blocker blocker)
      throws IOException {
    out.write(source, offset, length);
    out.flush();
    return true;
  }

  @Override
  public void addWriter() {
    holders.incrementAndGet();
  }

  @Override
  public void removeWriter() {
    if (holders.decrementAndGet() == 0 && owned) {
      close();
    }
  }

  @Override
  public void addReader() {
    addWriter();
  }

  @Override
  public void removeReader() {
    removeWriter();
  }

  private void close() {
    try (in;
        out) {
      return;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
