/* SPDX-License-Identifier: Apache-2.0 */
package dev.keelson.internal.spawn.tree;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The view where there is no {@code /proc}: descendants of the root, and of what was found before,
 * for as long as those live.
 */
final class HandleTable implements TreeView {

  private final Map<ProcessHandle, TreeMember> members = new LinkedHashMap<>();

  HandleTable(ProcessHandle root, boolean rootIsGone) {
    // The pid of a root that is gone may have been taken over: then there is nothing to begin with.
    if (!rootIsGone) {
      add(root);
    }
  }

  @Override
  public List<TreeMember> look() {
    for (ProcessHandle known : List.copyOf(members.keySet())) {
      if (known.isAlive()) {
        known.descendants().forEach(this::add);
      }
    }
    List<TreeMember> live = new ArrayList<>();
    members.forEach(
        (handle, member) -> {
          if (handle.isAlive()) {
            live.add(member);
          }
        });
    return live;
  }

  @Override
  public boolean isSure() {
    return true;
  }

  private void add(ProcessHandle handle) {
    if (handle.pid() > 1 && handle.pid() != ProcessHandle.current().pid()) {
      members.computeIfAbsent(
          handle, found -> new HandleMember(found, found.info().command().orElse("")));
    }
  }
}
