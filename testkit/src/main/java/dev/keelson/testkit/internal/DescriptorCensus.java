/* SPDX-License-Identifier: Apache-2.0 */
package dev.keelson.testkit.internal;

import dev.keelson.spi.Creation;
import dev.keelson.testkit.Leak;
import dev.keelson.testkit.LeakKind;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.annotation.Nullable;

/** Open file descriptors of this JVM, by number, target and inode. */
public final class DescriptorCensus implements Census {

  private static final Set<String> POLLERS =
      Set.of("anon_inode:[eventpoll]", "anon_inode:[eventfd]");

  private static final Pattern SOCKET = Pattern.compile("socket:\\[([0-9]+)]");

  static final String FDS = "/proc/self/fd/";

  private static final String JAVA_HOME = System.getProperty("java.home") + "/";

  private static final Pattern LIBRARY_OR_COUNTERS =
      Pattern.compile(".*\\.so(\\.[0-9]+)+|.*/hsperfdata_[^/]*/[^/]*");

  /**
   * One open descriptor. A pooled pipe has the same number and inode for each of its users, but a
   * creation of its own.
   */
  private record Open(int fd, String target, String inode, @Nullable Creation creation) {

    boolean isSame(@Nullable Open other) {
      return other != null
          && target.equals(other.target)
          && inode.equals(other.inode)
          && creation == other.creation;
    }
  }

  private Map<Integer, Open> baseline = open();

  /** Whether the JDK had begun to wait for channels of virtual threads. */
  private boolean polled = isPolled();

  @Override
  public Set<LeakKind> kinds() {
    return Set.of(LeakKind.DESCRIPTOR);
  }

  @Override
  public void inspect(Findings findings) {
    for (Open open : open().values()) {
      if (!open.isSame(baseline.get(open.fd))) {
        judge(open, findings);
      }
    }
  }

  private static boolean isPolled() {
    return ThreadCensus.threads().stream().anyMatch(JvmThreads::isPoller);
  }

  /** What the JDK opens once for good when the first virtual thread waits for a channel. */
  private boolean isOfThePollers(Open open) {
    return !polled && open.creation == null && POLLERS.contains(open.target) && isPolled();
  }

  /** Where the JVM waits for tools, from the first on; who serves one inherits the name. */
  private static boolean isOfTheAttachListener(Open open) {
    Matcher socket = SOCKET.matcher(open.target);
    if (open.creation != null || !socket.matches()) {
      return false;
    }
    String inode = " " + socket.group(1) + " ";
    return ProcFiles.read("/proc/self/net/unix")
        .map(table -> table.lines().anyMatch(line -> isAttach(line, inode)))
        .orElse(false);
  }

  private static boolean isAttach(String line, String inode) {
    return line.contains(inode) && line.contains("/.java_pid");
  }

  private void judge(Open open, Findings findings) {
    String name = "fd " + open.fd + " " + open.target;
    if (isOfThePollers(open) || isOfTheAttachListener(open)) {
      findings.ignored(LeakKind.DESCRIPTOR, name, "of the JVM");
      return;
    }
    CreationLog.Entry entry = CreationLog.find(Creation.Kind.DESCRIPTOR, open.fd);
    if (entry != null && entry.retained()) {
      findings.ignored(LeakKind.DESCRIPTOR, name, "kept by Keelson for reuse");
      return;
    }
    findings.leak(leak(open.fd, open.target, open.inode, entry));
  }

  static Leak leak(int fd, String target, String inode, @Nullable CreationLog.Entry entry) {
    String what = entry == null ? "" : " (" + entry.creation().name() + ")";
    return new Leak(
        LeakKind.DESCRIPTOR,
        fd + " " + target + " " + inode,
        "fd " + fd + " " + target + what,
        "open",
        entry == null ? null : entry.age(),
        entry == null ? null : entry.creation().site(),
        null,
        List.of());
  }

  @Override
  public void adopt() {
    baseline = open();
    polled = isPolled();
  }

  private static Map<Integer, Open> open() {
    Map<Integer, Open> found = new HashMap<>();
    ProcFiles.descriptors("self")
        .forEach(
            (fd, target) -> {
              if (!isOfTheJvm(target)) {
                CreationLog.Entry entry = CreationLog.find(Creation.Kind.DESCRIPTOR, fd);
                Creation creation = entry == null ? null : entry.creation();
                found.put(fd, new Open(fd, target, inode(fd, target), creation));
              }
            });
    return found;
  }

  /** What the JVM opens when it likes: code, its own files, entropy, looks at itself. */
  private static boolean isOfTheJvm(String target) {
    return target.startsWith("/proc/")
        || target.startsWith("/sys/")
        || target.startsWith(JAVA_HOME)
        || target.endsWith(".jar")
        || target.endsWith(".jmod")
        || target.endsWith(".jsa")
        || target.endsWith(".so")
        || target.endsWith("/lib/modules")
        || target.equals("/dev/random")
        || target.equals("/dev/urandom")
        || ((target.contains(".so.") || target.contains("/hsperfdata_")) // there are many targets
            && LIBRARY_OR_COUNTERS.matcher(target).matches());
  }

  /** The target of a pipe or socket names its inode already. */
  static String inode(int fd, String target) {
    if (!target.startsWith("/")) {
      return "";
    }
    try {
      Path path = Path.of(FDS + fd);
      return String.valueOf(Files.readAttributes(path, BasicFileAttributes.class).fileKey());
    } catch (IOException e) {
      return "";
    }
  }
}
