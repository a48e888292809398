/* SPDX-License-Identifier: Apache-2.0 */
package dev.keelson.testkit.internal;

import dev.keelson.spi.Creation;
import dev.keelson.testkit.Leak;
import dev.keelson.testkit.LeakKind;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import javax.annotation.Nullable;

/** Entries of the directories for temporary files, by name and inode. */
public final class FileCensus implements Census {

  private static final Pattern OF_TOOLS =
      Pattern.compile(
          "hsperfdata_.*|\\.java_pid\\d+|\\.attach_pid\\d+"
              + "|\\d{4}(_\\d{2}){5}_\\d+" // a flight recorder's repository
              + "|junit-?\\d+|surefire.*");

  private static final Set<Path> SHARED = Set.of(Path.of("/tmp"), Path.of("/var/tmp"));

  private final Path temporary = Path.of(System.getProperty("java.io.tmpdir")).toAbsolutePath();
  private final List<Path> watched;
  private final long start = System.nanoTime();
  private Map<Path, Object> baseline;

  /** Watches java.io.tmpdir and these. */
  public FileCensus(List<Path> watched) {
    this.watched = watched.stream().map(Path::toAbsolutePath).toList();
    this.baseline = entries();
  }

  @Override
  public Set<LeakKind> kinds() {
    return Set.of(LeakKind.FILE);
  }

  @Override
  public void inspect(Findings findings) {
    Map<Path, Leak> leaks = new LinkedHashMap<>();
    for (CreationLog.Entry entry : CreationLog.all(Creation.Kind.FILE)) {
      Path path = Path.of(entry.creation().name());
      if (!entry.retained() && entry.since() - start > 0 && Files.exists(path)) {
        leaks.put(path.toAbsolutePath(), leak(path, entry));
      }
    }
    entries()
        .forEach(
            (path, key) -> {
              if (!key.equals(baseline.get(path)) && !isShared(path)) {
                leaks.computeIfAbsent(path, added -> leak(added, null));
              } else if (!key.equals(baseline.get(path))) {
                findings.note(
                    "new in the shared "
                        + temporary
                        + ", perhaps somebody else's: "
                        + path.getFileName()
                        + "; set java.io.tmpdir to a directory of this JVM to have it judged");
              }
            });
    leaks.forEach(
        (path, leak) -> {
          if (OF_TOOLS.matcher(String.valueOf(path.getFileName())).matches()) {
            findings.ignored(LeakKind.FILE, leak.name(), "of the JVM or the test tools");
          } else {
            findings.leak(leak);
          }
        });
  }

  /** Everybody writes into /tmp: what appears there tells nothing about this JVM. */
  private boolean isShared(Path path) {
    Path directory = path.getParent();
    return directory != null && SHARED.contains(directory) && !watched.contains(directory);
  }

  static Leak leak(Path path, @Nullable CreationLog.Entry entry) {
    String state = "exists";
    Duration age = entry == null ? null : entry.age();
    try {
      var attributes =
          Files.readAttributes(path, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS);
      state = attributes.isDirectory() ? "directory" : attributes.size() + " bytes";
      if (age == null) {
        age = Duration.between(attributes.lastModifiedTime().toInstant(), Instant.now());
      }
    } catch (IOException e) {
      state = "vanishing";
    }
    Throwable site = entry == null ? null : entry.creation().site();
    String name = path.toString();
    return new Leak(LeakKind.FILE, name, name, state, age, site, null, List.of());
  }

  @Override
  public void adopt() {
    baseline = entries();
  }

  private Map<Path, Object> entries() {
    Map<Path, Object> found = new HashMap<>();
    list(temporary, found);
    watched.forEach(directory -> list(directory, found));
    return found;
  }

  private void list(Path directory, Map<Path, Object> found) {
    try (DirectoryStream<Path> entries = Files.newDirectoryStream(directory)) {
      for (Path entry : entries) {
        Object key = SHARED.contains(directory) && !watched.contains(directory) ? true : key(entry);
        if (key != null) {
          found.put(entry, key);
        }
      }
    } catch (IOException e) {
      return; // a directory that is not there has no entries
    }
  }

  private static @Nullable Object key(Path entry) {
    try {
      Object key =
          Files.readAttributes(entry, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS)
              .fileKey();
      return key == null ? entry : key;
    } catch (IOException e) {
      return null; // deleted since the listing
    }
  }
}
