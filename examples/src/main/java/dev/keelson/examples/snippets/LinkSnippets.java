/* SPDX-License-Identifier: Apache-2.0 */
package dev.keelson.examples.snippets;

import dev.keelson.link.Children;
import dev.keelson.link.LinkState;
import dev.keelson.link.Linked;
import dev.keelson.link.LinkedNode;
import dev.keelson.link.OrphanPolicy;
import dev.keelson.link.ParentLink;
import dev.keelson.link.Pin;
import dev.keelson.link.Trees;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;

/** What docs/links.md shows, but for the two bugs. */
final class LinkSnippets {

  private LinkSnippets() {}

  // snippet: linked-node
  static final class Task {
    final Children<Task, Subtask> subtasks = Children.of(this); // strong, from parent to child
  }

  static final class Subtask extends LinkedNode<Task> {} // weak, from child to parent

  // end

  static class Job {}

  // snippet: linked-field
  static final class BorrowedSubtask extends Job implements Linked<Task> {
    private final ParentLink<Task> link = ParentLink.unattached();

    @Override
    public ParentLink<Task> parentLink() {
      return link;
    }
  }

  // end

  static void use(Task task, Task other, Executor executor) {
    // snippet: link-use
    Subtask subtask = new Subtask();
    task.subtasks.attach(subtask); // refused if it has another parent, or for a cycle
    other.subtasks.adopt(subtask); // moves it: nobody sees it without a parent
    Task parent = subtask.parent(); // null where there is none, or none any more
    boolean lost = subtask.state() == LinkState.ORPHANED;
    subtask.onOrphaned(subtask, Subtask::detach, executor); // told once, if the parent goes
    other.subtasks.close(OrphanPolicy.ORPHAN); // or REFUSE_IF_CHILDREN, CLOSE_CHILDREN
    // end
    System.out.println(parent == null || lost);
  }

  static void pins(Subtask subtask, CompletableFuture<String> answer) {
    // snippet: link-pin
    subtask.pinUntil(answer); // kept, with all ancestors, until the future is complete
    try (Pin pin = subtask.pin()) { // or for a block
      System.out.println(Trees.depth(subtask) + " ancestors are kept: " + !pin.isClosed());
    }
    // end
  }
}
