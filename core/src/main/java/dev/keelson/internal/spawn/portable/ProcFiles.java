/* SPDX-License-Identifier: Apache-2.0 */
package dev.keelson.internal.spawn.portable;

import java.io.File;
import java.io.FileInputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import javax.annotation.Nullable;

/** Reads Linux's {@code /proc} with one buffer. For one thread. */
final class ProcFiles {

  /** What the environment of a process says of a cookie. */
  enum Environment {
    /** One of its entries is the cookie. */
    HAS_COOKIE,
    /** None of its entries is. */
    HAS_NOT,
    /** It is empty, as it also is for a moment while a process executes another program. */
    EMPTY,
    /** This user must not read it, or the process is gone. */
    UNREADABLE
  }

  /** Up to this size the JDK reads into the stack instead of allocating for each call. */
  private static final int BUFFER = 8192;

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

  /** The pids there are, in no order. */
  long[] pids() {
    String[] names = new File("/proc").list();
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

  /** What the kernel says of a process, or null if it is gone. */
  @Nullable
  ProcStat stat(long pid) {
    try (FileInputStream in = new FileInputStream("/proc/" + pid + "/stat")) {
      return ProcStat.parse(pid, buffer, in.read(buffer));
    } catch (IOException e) {
      // It has gone, before the open or after it.
      return null;
    }
  }

  /** Looks for an entry in the environment that a process was given. */
  Environment environment(long pid, CookieMatcher cookie) {
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

  /** The path of the program a process runs, or null where that may not be known. */
  static @Nullable String executable(long pid) {
    try {
      return Files.readSymbolicLink(Path.of("/proc/" + pid + "/exe")).toString();
    } catch (IOException e) {
      return null;
    }
  }
}
