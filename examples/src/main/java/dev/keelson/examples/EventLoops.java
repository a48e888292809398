/* SPDX-License-Identifier: Apache-2.0 */
package dev.keelson.examples;

import dev.keelson.examples.S10WorkThatIsForgotten.Loop;
import dev.keelson.link.Children;
import dev.keelson.link.LinkedNode;
import java.lang.ref.WeakReference;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.WeakHashMap;
import java.util.concurrent.CompletableFuture;

/** Three ways to remember who waits: the two bugs, and the cure. */
final class EventLoops {

  private EventLoops() {}

  /** A megabyte, and how many of them there are. */
  static final class Page {
    private static final List<WeakReference<byte[]>> MADE = new ArrayList<>();

    private final byte[] bytes = new byte[1 << 20];

    Page() {
      MADE.add(new WeakReference<>(bytes));
    }

    String with(String data) {
      return data + " on " + bytes.length + " bytes";
    }

    /** How many are still there; counts anew from now on. */
    static int countKept() {
      int kept = (int) MADE.stream().filter(page -> page.get() != null).count();
      MADE.clear();
      return kept;
    }
  }

  // snippet: collected-while-running
  /** Broken: while it waits, nobody but a weak reference leads to the work. */
  static final class WeakLoop implements Loop {
    private final List<WeakReference<Work>> waiting = new ArrayList<>();

    @Override
    public CompletableFuture<String> handle(int request) {
      Work work = new Work();
      waiting.add(new WeakReference<>(work)); // so that a lost connection cannot leak
      return work.answer;
    }

    @Override
    public void dataHasCome() {
      for (WeakReference<Work> each : waiting) {
        Work work = each.get();
        if (work != null) { // else it was collected, and its client waits for ever
          work.resume("data");
        }
      }
    }
  }

  // end

  // snippet: ephemeron
  /** Broken: the value refers to the key, so the key is never weakly reachable. */
  static final class WeakMapLoop implements Loop {
    private final Map<CompletableFuture<String>, Work> running = new WeakHashMap<>();

    @Override
    public CompletableFuture<String> handle(int request) {
      Work work = new Work();
      running.put(work.answer, work); // "kept for as long as somebody wants the answer"
      return work.answer;
    }

    @Override
    public void dataHasCome() {
      running.values().forEach(work -> work.resume("data"));
    }
  }

  // end

  /** What runs for a request. */
  static final class Work {
    final CompletableFuture<String> answer = new CompletableFuture<>();
    private final Page page = new Page();

    void resume(String data) {
      answer.complete(page.with(data));
    }
  }

  // snippet: pinned
  /** Fixed: whatever runs is held strongly, by a pin that its own end takes away. */
  static final class PinnedLoop implements Loop {
    private final List<WeakReference<Request>> waiting = new ArrayList<>();

    @Override
    public CompletableFuture<String> handle(int number) {
      Request request = new Request();
      new Connection().requests.attach(request);
      waiting.add(new WeakReference<>(request));
      request.pinUntil(request.answer); // the request and its connection
      return request.answer;
    }

    @Override
    public void dataHasCome() {
      for (WeakReference<Request> each : waiting) {
        Request request = each.get();
        if (request != null) { // else it was answered and dropped
          request.answer.complete(request.requireParent().page.with("data"));
        }
      }
    }
  }

  static final class Connection {
    final Children<Connection, Request> requests = Children.of(this);
    final Page page = new Page();
  }

  static final class Request extends LinkedNode<Connection> {
    final CompletableFuture<String> answer = new CompletableFuture<>();
  }

  // end
}
