/* SPDX-License-Identifier: Apache-2.0 */
package dev.keelson.internal.spawn.portable;

import java.io.File;
import java.io.FileInputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.Pipe;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.locks.ReentrantLock;
import javax.annotation.concurrent.GuardedBy;

/**
 * Learns the descriptor number of a pipe's read end, which the JDK does not tell, by putting a
 * token into the pipe and looking for it.
 *
 * <p>A candidate is a read end ({@code fdinfo} shows the access mode) of a pipe in which as many
 * bytes wait as we wrote, twice in a row with two random numbers, and none after we took them out.
 * Another thread's pipe would have to hold the same two random numbers of bytes at the same
 * moments. Only {@code available()} is asked of a candidate: nothing is taken out of a stranger's
 * pipe.
 */
final class DescriptorNumber {

  /*
   * All of this must work on an interrupted thread, whose start of a process is none of the
   * interrupt's business: so neither a blocking channel nor a file's channel is used, which such a
   * thread would find closed.
   *
   * One search at a time: a search opens each candidate for a moment, under a number of its own,
   * and to another search for that very pipe this looks like the pipe itself. It would take a
   * number that is somebody else's a moment later, or give the token away for it.
   */

  private static final ReentrantLock SEARCH = new ReentrantLock();

  private static final File DIRECTORY = new File("/proc/self/fd");
  private static final int NEARBY = 16;
  private static final int ROUNDS = 10;

  /**
   * Where to look first: the system gives out the lowest free number, which is mostly near the last
   * one. A hint, so racy is fine.
   */
  private static volatile int lastFound = 3;

  private DescriptorNumber() {}

  static File path(int number) {
    return new File(DIRECTORY, Integer.toString(number));
  }

  static int of(Pipe pipe) throws IOException {
    SEARCH.lock();
    try {
      return find(pipe);
    } finally {
      SEARCH.unlock();
    }
  }

  @GuardedBy("SEARCH")
  private static int find(Pipe pipe) throws IOException {
    pipe.source().configureBlocking(false);
    pipe.sink().configureBlocking(false);
    // A stranger's pipe that looks like ours for a moment costs a round, as our token is gone then.
    for (int round = 0; round < ROUNDS; round++) {
      int number = search(pipe);
      if (number >= 0) {
        return number;
      }
    }
    new FileInputStream("/dev/null").close(); // if no descriptor is left, this says so
    throw new IOException("cannot find a pipe of this process in " + DIRECTORY);
  }

  private static int search(Pipe pipe) throws IOException {
    int token = 1 + ThreadLocalRandom.current().nextInt(2000);
    write(pipe, token);
    try {
      int hint = lastFound;
      for (int number = Math.max(0, hint - NEARBY); number <= hint + NEARBY; number++) {
        if (holds(number, token) && confirm(pipe, number)) {
          return lastFound = number;
        }
      }
      String[] names = DIRECTORY.list();
      for (String name : names == null ? new String[0] : names) {
        int number = Integer.parseInt(name);
        if (holds(number, token) && confirm(pipe, number)) {
          return lastFound = number;
        }
      }
    } finally {
      takeAll(pipe);
    }
    return -1;
  }

  private static boolean confirm(Pipe pipe, int number) throws IOException {
    takeAll(pipe);
    if (!holds(number, 0)) {
      return false;
    }
    int second = 1 + ThreadLocalRandom.current().nextInt(2000);
    write(pipe, second);
    return holds(number, second);
  }

  private static boolean holds(int number, int bytes) {
    try {
      Path link = path(number).toPath();
      if (!Files.readSymbolicLink(link).toString().startsWith("pipe:") || !isReadEnd(number)) {
        return false;
      }
      try (FileInputStream another = new FileInputStream(path(number))) {
        return another.available() == bytes;
      }
    } catch (IOException closedMeanwhileOrNoLink) {
      return false;
    }
  }

  /**
   * Whether {@code flags} in fdinfo, an octal number, has the access mode O_RDONLY, which is zero
   * in the two lowest bits.
   */
  private static boolean isReadEnd(int number) throws IOException {
    try (FileInputStream info = new FileInputStream("/proc/self/fdinfo/" + number)) {
      return new String(info.readAllBytes(), StandardCharsets.US_ASCII)
          .lines()
          .filter(line -> line.startsWith("flags:"))
          .anyMatch(line -> (Long.parseLong(line.substring(6).trim(), 8) & 3) == 0);
    }
  }

  private static void write(Pipe pipe, int bytes) throws IOException {
    ByteBuffer token = ByteBuffer.allocate(bytes);
    while (token.hasRemaining()) {
      pipe.sink().write(token);
    }
  }

  private static void takeAll(Pipe pipe) throws IOException {
    ByteBuffer buffer = ByteBuffer.allocate(4096);
    while (pipe.source().read(buffer.clear()) > 0) {
      // the token is of no further use
    }
  }
}
