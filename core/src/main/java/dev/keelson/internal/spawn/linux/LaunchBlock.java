/* SPDX-License-Identifier: Apache-2.0 */
package dev.keelson.internal.spawn.linux;

import dev.keelson.internal.linux.Region;
import dev.keelson.internal.linux.SpawnPlan;
import dev.keelson.internal.spawn.SpawnRequest;
import java.io.File;
import java.io.IOException;
import java.util.List;
import javax.annotation.Nullable;

/**
 * Arguments, environment and paths of one start, in one block of memory. For one thread.
 *
 * <p>Pointers come first, and one more than there are arguments: a script without an interpreter is
 * run by the shell, which needs a place before them.
 */
final class LaunchBlock {

  private static final byte[] SHELL = Text.encode("/bin/sh");

  /** Linux takes 6 MiB at the most, and less by default (since 4.13). */
  private static final int MOST = 64 * 1024 * 1024;

  private final Regions regions;
  private final Region region;
  private final SpawnPlan plan;
  private final int firstPointer;
  private final int firstWord;
  private final int shell;
  private final int pathAt;
  private final int probeAt;
  private final @Nullable byte[] directory;
  private final byte[] program;

  /**
   * Writes everything but the program's path.
   *
   * @throws IOException if it is more than any system takes
   */
  LaunchBlock(Regions regions, SpawnRequest request, EnvironmentBlock environment)
      throws IOException {
    this.regions = regions;
    List<byte[]> words = request.command().stream().map(Text::encode).toList();
    List<byte[]> added = EnvironmentBlock.added(request.environment());
    @Nullable File where = request.directory();
    directory = where == null ? null : Text.encode(where.getPath());
    program = words.get(0);
    int longest = program.length + 1;
    for (byte[] prefix : ProgramSearch.prefixes(request.command().get(0))) {
      longest = Math.max(longest, prefix.length + program.length + 1);
    }
    int directorySize = directory == null ? 0 : directory.length + 1;
    long pointers = 3L + words.size() + environment.size() + added.size() + 1;
    long size = pointers * Long.BYTES + SHELL.length + 1 + 2L * longest + 2L * directorySize;
    size += size(words) + size(added);
    if (size > MOST) {
      throw new IOException("error=7, Argument list too long");
    }
    region = regions.take((int) size);
    plan = new SpawnPlan(region);

    int text = (int) pointers * Long.BYTES;
    shell = text;
    text = Text.put(region, text, SHELL);
    if (directory != null) {
      plan.directory = text;
      text = Text.put(region, text, directory);
    }
    int pointer = Long.BYTES;
    firstPointer = 0;
    firstWord = text;
    for (byte[] word : words) {
      pointer = point(pointer, text);
      text = Text.put(region, text, word);
    }
    pointer = end(pointer);
    plan.environment = pointer;
    pointer = environment.putPointers(request.environment(), region, pointer);
    for (byte[] entry : added) {
      pointer = point(pointer, text);
      text = Text.put(region, text, entry);
    }
    end(pointer);
    pathAt = text;
    probeAt = text + longest;
  }

  private static long size(List<byte[]> texts) {
    long size = 0;
    for (byte[] text : texts) {
      size += text.length + 1;
    }
    return size;
  }

  private int point(int pointer, int text) {
    region.bytes().putLong(pointer, region.address() + text);
    return pointer + Long.BYTES;
  }

  private int end(int pointer) {
    region.bytes().putLong(pointer, 0);
    return pointer + Long.BYTES;
  }

  SpawnPlan plan() {
    return plan;
  }

  /** Makes this the path to try; returns the offset of one from this process's directory. */
  int setProgram(byte[] prefix) {
    plan.path = pathAt;
    plan.arguments = firstPointer + Long.BYTES;
    point(plan.arguments, firstWord); // the shell may have been given another path
    putPath(pathAt, prefix);
    boolean absolute = region.bytes().get(pathAt) == '/';
    if (absolute || directory == null) {
      return pathAt;
    }
    region.bytes().put(probeAt, directory, 0, directory.length);
    region.bytes().put(probeAt + directory.length, (byte) '/');
    putPath(probeAt + directory.length + 1, prefix);
    return probeAt;
  }

  private void putPath(int offset, byte[] prefix) {
    region.bytes().put(offset, prefix, 0, prefix.length);
    Text.put(region, offset + prefix.length, program);
  }

  Region region() {
    return region;
  }

  /** Has the shell run the path that was tried last. */
  void useShell() {
    int argument = point(firstPointer, shell);
    point(argument, plan.path);
    plan.arguments = firstPointer;
    plan.path = shell;
  }

  /** Gives the memory back. */
  void free() {
    regions.give(region);
  }
}
