/* SPDX-License-Identifier: Apache-2.0 */
package dev.keelson.wake;

import static java.util.Objects.requireNonNull;

import dev.keelson.internal.threads.Durations;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.SocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.DatagramChannel;
import java.nio.channels.FileChannel;
import java.nio.channels.ReadableByteChannel;
import java.nio.channels.SelectableChannel;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.channels.WritableByteChannel;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import javax.annotation.CheckReturnValue;
import javax.annotation.Nullable;

/**
 * Blocking input and output that a wake-up, an interrupt or the end of a time cancels, and that
 * leaves the channel open. (A plain blocking operation on a channel is cancelled by an interrupt
 * too, but closes the channel, for everybody.)
 *
 * <pre>{@code
 * try (InterruptibleIo io = InterruptibleIo.with(waker)) {
 *   int count = io.read(channel, buffer, Duration.ofSeconds(10));
 * }
 * }</pre>
 *
 * <p>A cancelled operation throws {@link IoCancelledException}, or {@link InterruptedException} for
 * an interrupt. The buffer's position says exactly what was transferred, nothing is lost, and the
 * wake-up stays pending: so does every further operation's cancellation, until it is taken.
 *
 * <p>Channels of sockets, datagrams and pipes are put in non-blocking mode and kept in a selector
 * with their first operation, and get their mode back by {@link #release} or {@link #close}. Files
 * are read and written at a position, in pieces of at most a mebibyte, on another thread, which no
 * interrupt of the caller's reaches: a cancelled read is given up at once, a cancelled write after
 * the piece that is being written, so that the position is exact.
 *
 * <p><b>Thread safety.</b> For one thread at a time, as the waker; the waker's {@code wake} is for
 * any thread. While a channel is adopted, other threads must not use it in a way that needs
 * blocking mode; several of these may have it, one for reading and one for writing perhaps, and the
 * last to give it back sets its mode. Closing a channel does not end another thread's wait for it.
 * Where an operation is refused because another thread is in one in blocking mode, the next one of
 * that thread may find the channel in non-blocking mode, for a moment.
 *
 * <p><b>Resources.</b> The descriptors of one selector from the first channel on; a direct buffer
 * from the first file on. {@link #close} gives both back, and the channels stay open. A channel
 * that is closed before it is released has its descriptor until the next wait, or until {@link
 * #close}.
 *
 * <p><b>Limitations.</b> What cannot be cancelled is refused or not offered: {@link
 * java.net.Socket} streams, {@code System.in}, streams of {@code java.lang.Process} (those of
 * Keelson's children can), opening a file, {@link FileChannel#lock}. On a virtual thread a wait for
 * a channel pins the carrier before JDK 24.
 */
public final class InterruptibleIo implements AutoCloseable {

  private final CancellableWait wait;
  private final FileIo files;
  private final Map<SelectableChannel, Adoption> adopted = new HashMap<>();
  private @Nullable Selector selector;
  private @Nullable SelectorTransport transport;

  private InterruptibleIo(Waker waker) {
    wait = new CancellableWait(waker.protocol());
    files = new FileIo(wait);
  }

  /** Operations that this waker cancels; it stays the caller's. */
  @CheckReturnValue
  public static InterruptibleIo with(Waker waker) {
    return new InterruptibleIo(requireNonNull(waker, "waker"));
  }

  /** Reads as {@link #read(SelectableChannel, ByteBuffer, Duration)} does, without an end. */
  public <C extends SelectableChannel & ReadableByteChannel> int read(C channel, ByteBuffer target)
      throws IOException, InterruptedException {
    return read(channel, target, Durations.NEVER);
  }

  /**
   * Reads some bytes, waiting for the first; of a {@link SocketChannel}, a connected {@link
   * DatagramChannel} or a pipe's source.
   *
   * @return how many; -1 at the end of the stream
   * @throws IoCancelledException if it was woken or not done in time
   * @throws InterruptedException if the thread is or gets interrupted
   * @throws IllegalStateException if another thread is in an operation on it in blocking mode, or a
   *     wake-up of the waker failed
   */
  public <C extends SelectableChannel & ReadableByteChannel> int read(
      C channel, ByteBuffer target, Duration time) throws IOException, InterruptedException {
    return read(channel, target, Durations.nanos("time", time));
  }

  private <C extends SelectableChannel & ReadableByteChannel> int read(
      C channel, ByteBuffer target, long nanos) throws IOException, InterruptedException {
    Adoption adoption = begin(channel, "the read");
    if (!target.hasRemaining()) {
      return 0;
    }
    long start = System.nanoTime();
    while (true) {
      int count = channel.read(target);
      if (count != 0) {
        return count;
      }
      Wakeup ended = await(adoption, SelectionKey.OP_READ, nanos, start);
      if (ended != null) {
        throw IoCancelledException.of(ended, "the read");
      }
    }
  }

  /** Writes as {@link #write(SelectableChannel, ByteBuffer, Duration)} does, without an end. */
  public <C extends SelectableChannel & WritableByteChannel> int write(C channel, ByteBuffer source)
      throws IOException, InterruptedException {
    return write(channel, source, Durations.NEVER);
  }

  /**
   * Writes all that remains in the buffer; what was written when it is cancelled, its position
   * tells.
   *
   * @return how many bytes
   * @throws IoCancelledException if it was woken or not done in time
   * @throws InterruptedException if the thread is or gets interrupted
   * @throws IllegalStateException if another thread is in an operation on it in blocking mode, or a
   *     wake-up of the waker failed
   */
  public <C extends SelectableChannel & WritableByteChannel> int write(
      C channel, ByteBuffer source, Duration time) throws IOException, InterruptedException {
    return write(channel, source, Durations.nanos("time", time));
  }

  private <C extends SelectableChannel & WritableByteChannel> int write(
      C channel, ByteBuffer source, long nanos) throws IOException, InterruptedException {
    Adoption adoption = begin(channel, "the write");
    int all = source.remaining();
    long start = System.nanoTime();
    while (source.hasRemaining()) {
      if (channel.write(source) == 0) {
        Wakeup ended = await(adoption, SelectionKey.OP_WRITE, nanos, start);
        if (ended != null) {
          throw IoCancelledException.of(ended, "the write");
        }
      }
    }
    return all;
  }

  /**
   * Waits for a connection. Throws what {@link #read(SelectableChannel, ByteBuffer, Duration)}
   * does.
   */
  public SocketChannel accept(ServerSocketChannel channel, Duration time)
      throws IOException, InterruptedException {
    long nanos = Durations.nanos("time", time);
    Adoption adoption = begin(channel, "the accept");
    long start = System.nanoTime();
    while (true) {
      SocketChannel connection = channel.accept();
      if (connection != null) {
        return connection;
      }
      Wakeup ended = await(adoption, SelectionKey.OP_ACCEPT, nanos, start);
      if (ended != null) {
        throw IoCancelledException.of(ended, "the accept");
      }
    }
  }

  /**
   * Connects. If it is cancelled, the connecting goes on: the same call finishes it later. Throws
   * what {@link #read(SelectableChannel, ByteBuffer, Duration)} does.
   *
   * @throws IllegalStateException also if this has begun to connect it to another address, and has
   *     not released it since
   */
  public void connect(SocketChannel channel, SocketAddress remote, Duration time)
      throws IOException, InterruptedException {
    long nanos = Durations.nanos("time", time);
    Adoption adoption = begin(channel, "the connect");
    long start = System.nanoTime();
    if (channel.isConnectionPending()) {
      adoption.requireRemote(remote);
    } else {
      adoption.connecting = remote;
      if (channel.connect(remote)) {
        return;
      }
    }
    while (!channel.finishConnect()) {
      Wakeup ended = await(adoption, SelectionKey.OP_CONNECT, nanos, start);
      if (ended != null) {
        throw IoCancelledException.of(ended, "the connect");
      }
    }
  }

  /**
   * Waits for a datagram and returns its sender. Throws what {@link #read(SelectableChannel,
   * ByteBuffer, Duration)} does.
   */
  public SocketAddress receive(DatagramChannel channel, ByteBuffer target, Duration time)
      throws IOException, InterruptedException {
    long nanos = Durations.nanos("time", time);
    Adoption adoption = begin(channel, "the receive");
    long start = System.nanoTime();
    while (true) {
      SocketAddress sender = channel.receive(target);
      if (sender != null) {
        return sender;
      }
      Wakeup ended = await(adoption, SelectionKey.OP_READ, nanos, start);
      if (ended != null) {
        throw IoCancelledException.of(ended, "the receive");
      }
    }
  }

  /**
   * Reads from a file at a position, until the buffer is full or the file ends.
   *
   * @return how many bytes; -1 at the end of the file
   * @throws IoCancelledException if it was woken or not done in time; the buffer has all pieces
   *     that were read until then
   * @throws InterruptedException if the thread is or gets interrupted
   */
  public int read(FileChannel channel, ByteBuffer target, long position, Duration time)
      throws IOException, InterruptedException {
    requireNonNull(channel, "channel");
    long nanos = Durations.nanos("time", time);
    wait.check("the read");
    return files.read(channel, target, position, nanos);
  }

  /**
   * Writes all that remains in the buffer to a file at a position.
   *
   * @return how many bytes
   * @throws IoCancelledException if it was woken or not done in time; the buffer's position tells
   *     what was written
   * @throws InterruptedException if the thread is or gets interrupted
   */
  public int write(FileChannel channel, ByteBuffer source, long position, Duration time)
      throws IOException, InterruptedException {
    requireNonNull(channel, "channel");
    long nanos = Durations.nanos("time", time);
    wait.check("the write");
    return files.write(channel, source, position, nanos);
  }

  /**
   * Reads some bytes from a stream of one of Keelson's child processes, waiting for the first.
   *
   * @return how many; -1 at the end of the stream
   * @throws IllegalArgumentException if the stream is not an {@link InterruptibleStream}
   * @throws IoCancelledException if it was woken or not done in time
   * @throws InterruptedException if the thread is or gets interrupted
   */
  public int read(InputStream stream, byte[] target, int offset, int length, Duration time)
      throws IOException, InterruptedException {
    StreamIo.check(stream);
    Objects.checkFromIndexSize(offset, length, target.length);
    long nanos = Durations.nanos("time", time);
    wait.check("the read");
    return StreamIo.read(wait, stream, target, offset, length, nanos);
  }

  /**
   * Writes to a stream of one of Keelson's child processes.
   *
   * @throws IllegalArgumentException if the stream is not an {@link InterruptibleStream}
   * @throws IoCancelledException if it was woken or not done in time; {@code bytesTransferred}
   *     tells what was written
   * @throws InterruptedException if the thread is or gets interrupted; what was written is not told
   */
  public void write(OutputStream stream, byte[] source, int offset, int length, Duration time)
      throws IOException, InterruptedException {
    StreamIo.check(stream);
    Objects.checkFromIndexSize(offset, length, source.length);
    long nanos = Durations.nanos("time", time);
    wait.check("the write");
    StreamIo.write(wait, stream, source, offset, length, nanos);
  }

  /** Gives a channel back, open and in the mode in which it came; nothing if it is not adopted. */
  public void release(SelectableChannel channel) throws IOException {
    Adoption adoption = adopted.remove(requireNonNull(channel, "channel"));
    if (adoption != null && selector != null) {
      adoption.end(selector);
    }
  }

  /** Gives all channels back and ends this; the waker stays open. Idempotent. */
  @Override
  public void close() throws IOException {
    wait.close();
    files.close();
    Selector used = selector;
    selector = null;
    if (used != null) {
      try (used) {
        for (Adoption adoption : adopted.values()) {
          adoption.end(used);
        }
      } finally {
        adopted.clear();
      }
    }
  }

  private Adoption begin(SelectableChannel channel, String operation)
      throws IOException, InterruptedException {
    requireNonNull(channel, "channel");
    wait.check(operation);
    Adoption known = adopted.get(channel);
    if (known != null && (known.isValid() || !channel.isOpen())) {
      return known;
    }
    Selector opened = selector;
    if (opened == null) {
      opened = Selector.open();
      selector = opened;
    }
    if (transport == null) { // perhaps there was no memory for it before
      transport = new SelectorTransport(opened);
    }
    // Of channels closed meanwhile; and the others' wait, the only one's until now, is over.
    adopted.values().removeIf(adoption -> !adoption.interest(0));
    Adoption fresh = Takeover.of(channel, opened);
    try {
      adopted.put(channel, fresh);
    } catch (OutOfMemoryError e) {
      fresh.end(opened); // nobody else would
      throw e;
    }
    return fresh;
  }

  /**
   * Waits until the operation can go on; else returns what ended the wait. The exception is thrown
   * by whom the caller called: each frame that it passes is time that the cancelled one waits for.
   */
  private @Nullable Wakeup await(Adoption adoption, int interest, long nanos, long start)
      throws InterruptedException {
    Selector used = requireNonNull(selector);
    if (!adoption.interest(interest)) {
      return null; // the operation says that the channel is closed
    }
    try {
      Wakeup wakeup = wait.await(requireNonNull(transport), nanos, start);
      return wakeup.kind() == Wakeup.Kind.READY ? null : wakeup;
    } finally {
      used.selectedKeys().clear();
      if (adopted.size() > 1) {
        boolean unused = adoption.interest(0); // the next wait is for another channel, perhaps
      }
    }
  }
}
