/* SPDX-License-Identifier: Apache-2.0 */
package dev.keelson.internal.spawn.linux;

import dev.keelson.internal.linux.Kernel;
import dev.keelson.internal.linux.Region;
import dev.keelson.internal.spawn.EnvironmentEdits;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import javax.annotation.Nullable;

/**
 * The environment of this process as it was at the first start, in memory that every start points
 * at: a variable that nobody edits keeps its bytes, decodable or not, and is never copied again.
 * Immutable.
 */
final class EnvironmentBlock {

  private final Region memory;
  private final List<String> names = new ArrayList<>();
  private final List<Long> addresses = new ArrayList<>();

  private EnvironmentBlock(Region memory) {
    this.memory = memory;
  }

  static EnvironmentBlock of(Kernel kernel) {
    byte[][] entries = kernel.environment();
    int size = 1;
    for (byte[] entry : entries) {
      size += entry.length + 1;
    }
    EnvironmentBlock block = new EnvironmentBlock(kernel.allocate(size));
    int offset = 0;
    for (byte[] entry : entries) {
      int name = nameLength(entry);
      // As the JDK does, one without a name is left out.
      if (name > 0) {
        block.names.add(Text.decode(entry, name));
        block.addresses.add(block.memory.address() + offset);
        offset = Text.put(block.memory, offset, entry);
      }
    }
    return block;
  }

  /** A first character of = belongs to the name. */
  private static int nameLength(byte[] entry) {
    for (int i = 1; i < entry.length; i++) {
      if (entry[i] == '=') {
        return i;
      }
    }
    return -1;
  }

  /** The entries that are new or changed. */
  static List<byte[]> added(EnvironmentEdits edits) {
    List<byte[]> added = new ArrayList<>(edits.changes().size());
    for (Map.Entry<String, Optional<String>> change : edits.changes().entrySet()) {
      @Nullable String value = change.getValue().orElse(null);
      if (value != null) {
        added.add(Text.encode(change.getKey() + "=" + value));
      }
    }
    return added;
  }

  /** How many pointers {@link #putPointers} writes at the most. */
  int size() {
    return names.size();
  }

  /** Writes a pointer to each variable that stays as it is; returns the offset behind them. */
  int putPointers(EnvironmentEdits edits, Region target, int offset) {
    int next = offset;
    if (!edits.fromEmpty()) {
      for (int i = 0; i < names.size(); i++) {
        if (!edits.changes().containsKey(names.get(i))) {
          target.bytes().putLong(next, addresses.get(i));
          next += Long.BYTES;
        }
      }
    }
    return next;
  }
}
