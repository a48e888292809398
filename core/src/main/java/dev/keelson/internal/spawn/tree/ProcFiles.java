/* SPDX-License-Identifier: Apache-2.0 */
package dev.keelson.internal.spawn.tree;

import java.io.File;
import java.io.FileInputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.stream.LongStream;
import javax.annotation.Nullable;

/** Reads Linux's {@code /proc} with one buffer. For one thread at a time. */
final class ProcFiles implements ProcReader {

  /** Up to this size the JDK reads into the stack instead of allocating for each call. */
  private static final int BUFFER = 8192;

  /** Some kernels are built without it. */
  private static final boolean CHILDREN_ARE_LISTED =
      Files.exists(Path.of("/proc/thread-self/children"));

  private final byte[] buffer = new byte[BUFFER];

  /**
   * Set by the first refusal: from then on, asking costs less than the exceptions that it saves.
   */
  private boolean checkFirst;

  /** Whether this system has the files that this class reads. */
  static boolean exist() {
    return Files.isReadable(Path.of("/proc/self/stat"))
        && Files.isReadable(Path.of("/proc/self/environ"));
  }

  @Override
  public long[] pids() {
    return numbersIn("/proc");
  }

  private static long[] numbersIn(String directory) {
    String[] names = new File(directory).list();
    long[] pids = new long[names == null ? 0 : names.length];
    int count = 0;
    for (int i = 0; i < pids.length; i++) {
      long pid = parsePid(names[i]);
      if (pid > 0) {
        pids[count++] = pid;
      }
    }
    return Arrays.copyOf(pids, count);
  }

  private static long parsePid(String name) {
    long pid = 0;
    for (int i = 0; i < name.length(); i++) {
      char digit = name.charAt(i);
      if (digit < '0' || digit > '9') {
        return -1;
      }
      pid = pid * 10 + (digit - '0');
    }
    return pid;
  }

  @Override
  public @Nullable ProcStat stat(long pid) {
    return read(pid, "/proc/" + pid + "/stat");
  }

  private @Nullable ProcStat read(long pid, String file) {
    try (FileInputStream in = new FileInputStream(file)) {
      return ProcStat.parse(pid, buffer, in.read(buffer));
    } catch (IOException e) {
      // It has gone, before the open or after it.
      return null;
    }
  }

  @Override
  public Environment environment(long pid, CookieMatcher cookie) {
    File file = new File("/proc/" + pid + "/environ");
    if (checkFirst && !file.canRead()) {
      return Environment.UNREADABLE;
    }
    try (FileInputStream in = new FileInputStream(file)) {
      cookie.reset();
      boolean empty = true;
      // A short read is the last one; a longer environment than the buffer takes several.
      for (int read = BUFFER; read == BUFFER; ) {
        read = in.read(buffer);
        if (read > 0) {
          empty = false;
          if (cookie.feed(buffer, read)) {
            return Environment.HAS_COOKIE;
          }
        }
      }
      if (empty) {
        return Environment.EMPTY;
      }
      return cookie.atEnd() ? Environment.HAS_COOKIE : Environment.HAS_NOT;
    } catch (IOException e) {
      checkFirst = true;
      return Environment.UNREADABLE;
    }
  }

  @Override
  public @Nullable String executable(long pid) {
    try {
      return Files.readSymbolicLink(Path.of("/proc/" + pid + "/exe")).toString();
    } catch (IOException e) {
      return null;
    }
  }

  @Override
  public @Nullable long[] children(long pid) {
    if (!CHILDREN_ARE_LISTED) {
      return null;
    }
    String tasks = "/proc/" + pid + "/task/";
    LongStream.Builder children = LongStream.builder();
    for (long task : numbersIn(tasks)) {
      addNumbers(tasks + task + "/children", children);
    }
    return children.build().toArray();
  }

  /** Adds those that a file has, each with a blank behind it. */
  private void addNumbers(String file, LongStream.Builder numbers) {
    try (FileInputStream in = new FileInputStream(file)) {
      long number = 0;
      for (int read = in.read(buffer); read > 0; read = in.read(buffer)) {
        for (int i = 0; i < read; i++) {
          if (buffer[i] == ' ') {
            numbers.add(number);
            number = 0;
          } else {
            number = number * 10 + (buffer[i] - '0');
          }
        }
      }
    } catch (IOException e) {
      // That thread has ended, and its children have gone to another one.
    }
  }

  @Override
  public boolean isStopped(long pid) {
    String tasks = "/proc/" + pid + "/task/";
    for (long task : numbersIn(tasks)) {
      ProcStat stat = read(task, tasks + task + "/stat");
      if (stat != null && !stat.isStopped()) {
        return false;
      }
    }
    return true;
  }
}
