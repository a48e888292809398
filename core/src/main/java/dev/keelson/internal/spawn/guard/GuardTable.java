/* SPDX-License-Identifier: Apache-2.0 */
package dev.keelson.internal.spawn.guard;

import dev.keelson.spi.Creation;
import dev.keelson.spi.Creations;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.lang.invoke.VarHandle;
import java.nio.MappedByteBuffer;
import java.nio.channels.ClosedByInterruptException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileChannel.MapMode;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.EnumSet;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.locks.ReentrantLock;
import javax.annotation.concurrent.GuardedBy;

/**
 * The cookies under guard, as text in a file without a name that outlives this JVM for as long as
 * the watchdog holds it.
 */
final class GuardTable {

  /*
   * Overview
   * --------
   * The file is mapped shared: a store into the map is a store into the page cache, where the
   * watchdog finds it however this JVM died. Nothing is ever synchronised to a disk, because only
   * the death of the process matters and not that of the machine; so putting a tree under guard and
   * taking it out again are plain stores, and no system calls.
   *
   * States of a line: BLANK -> (text is written) -> LIVE -> BLANK. Only the mark, the first byte,
   * tells which; it is one byte and so changes at once. The text is written while the mark says
   * BLANK, and a fence keeps the compiler and the processor from moving the mark before the text: a
   * JVM that dies in between leaves a line that does not count. Its child does not exist yet.
   *
   * No reader of ours meets a writer. The watchdog reads the file once, after its lifeline has ended
   * and the JVM is gone or exiting: by then no thread of it comes back to user mode, so that each
   * line is as its last writer left it. The read of another one, while the JVM lives, is a copy that
   * the kernel makes piece by piece: it may have the mark of one cookie and text of the next.
   *
   * A slot is in the queue or has one owner, never both, so that two threads never write the same
   * line; the queue's happens-before orders the old owner's BLANK before the new owner's text.
   *
   * The file grows by whole chunks and never shrinks. Each chunk is written before it is mapped: on
   * a full disk the write fails with an exception, where a store into a hole of the file would end
   * the JVM with SIGBUS.
   *
   * The file loses its name before anything is written to it, so that nothing is left behind by a
   * kill at any instant. Whoever wants to open it afterwards, this class and each new watchdog,
   * does so through /proc/PID/fd. It is kept open by a RandomAccessFile, because an interrupt of
   * the thread that happens to grow the table closes a FileChannel, and not that.
   */

  private static final int LINES = 512;
  private static final int CHUNK = LINES * GuardLine.WIDTH;

  private final RandomAccessFile keeper;
  private final Path door;
  private final ConcurrentLinkedQueue<Slot> free = new ConcurrentLinkedQueue<>();
  private final ReentrantLock growth = new ReentrantLock();

  @GuardedBy("growth")
  private long size;

  private GuardTable(RandomAccessFile keeper, Path door) {
    this.keeper = keeper;
    this.door = door;
  }

  /** A table of one chunk, in a file that has no name any more when this returns. */
  static GuardTable create(Path directory) throws IOException {
    Path path = newFile(directory);
    Creation file = Creations.created(Creation.Kind.FILE, path.hashCode(), path::toString);
    RandomAccessFile keeper = null;
    GuardTable table = null;
    try {
      keeper = new RandomAccessFile(path.toFile(), "rw");
      int descriptor = OpenDescriptors.numberOf(path);
      table = new GuardTable(keeper, OpenDescriptors.path(descriptor));
      Files.delete(path);
      table.grow();
      Creations.retained(
          Creations.created(Creation.Kind.DESCRIPTOR, descriptor, () -> "orphan guard's table"));
      return table;
    } catch (IOException | RuntimeException e) {
      if (keeper != null) {
        keeper.close();
      }
      throw e;
    } finally {
      Files.deleteIfExists(path);
      Creations.ended(file);
    }
  }

  /**
   * An empty file that nobody else has. O_EXCL is what makes that safe; the name need not be
   * unpredictable, and the JDK's own way to make it so costs 30 ms of loading random generators.
   */
  private static Path newFile(Path directory) throws IOException {
    String name = "keelson-" + ProcessHandle.current().pid() + "-";
    for (int attempt = 0; ; attempt++) {
      try {
        return Files.createFile(
            directory.resolve(name + System.nanoTime() + ".guard"),
            PosixFilePermissions.asFileAttribute(
                EnumSet.of(PosixFilePermission.OWNER_READ, PosixFilePermission.OWNER_WRITE)));
      } catch (FileAlreadyExistsException e) {
        if (attempt == 10) {
          throw e;
        }
      }
    }
  }

  /** A path by which another process of this user can open the file while this JVM lives. */
  Path door() {
    return door;
  }

  /**
   * Makes a line count.
   *
   * @param afterMark from {@link GuardLine#afterMark}
   * @throws IOException if every line is taken and the file cannot grow
   */
  Slot claim(byte[] afterMark) throws IOException {
    Slot slot = free.poll();
    while (slot == null) {
      growIfExhausted();
      // Others may have emptied the new chunk already: then it is grown again.
      slot = free.poll();
    }
    slot.publish(afterMark);
    return slot;
  }

  private void growIfExhausted() throws IOException {
    growth.lock();
    try {
      if (free.isEmpty()) {
        grow();
      }
    } finally {
      growth.unlock();
    }
  }

  private void grow() throws IOException {
    growth.lock();
    try {
      keeper.seek(size);
      keeper.write(GuardLine.blankLines(LINES));
      MappedByteBuffer chunk = map(size);
      size += CHUNK;
      for (int line = 0; line < LINES; line++) {
        free.add(new Slot(chunk, line * GuardLine.WIDTH));
      }
    } finally {
      growth.unlock();
    }
  }

  private MappedByteBuffer map(long position) throws IOException {
    boolean interrupted = false;
    try {
      while (true) {
        try (FileChannel channel =
            FileChannel.open(door, StandardOpenOption.READ, StandardOpenOption.WRITE)) {
          return channel.map(MapMode.READ_WRITE, position, CHUNK);
        } catch (ClosedByInterruptException e) {
          // The interrupt closed this channel, which is of no further use to anybody; it is kept
          // for the caller.
          interrupted |= Thread.interrupted();
        }
      }
    } finally {
      if (interrupted) {
        Thread.currentThread().interrupt();
      }
    }
  }

  /** One line. Belongs to whoever claimed it, until it is released. */
  final class Slot {

    private final MappedByteBuffer chunk;
    private final int offset;

    private Slot(MappedByteBuffer chunk, int offset) {
      this.chunk = chunk;
      this.offset = offset;
    }

    private void publish(byte[] afterMark) {
      chunk.put(offset + 1, afterMark);
      // Closes the race of this JVM's death against this line: text first, mark last.
      VarHandle.releaseFence();
      chunk.put(offset, GuardLine.LIVE);
    }

    /** Makes the line not count, and gives it to the next claimant. At most once for each claim. */
    void release() {
      chunk.put(offset, GuardLine.BLANK);
      free.add(this);
    }
  }
}
