/* SPDX-License-Identifier: Apache-2.0 */
package dev.keelson.examples.snippets;

import static java.time.Duration.ofSeconds;

import dev.keelson.process.Child;
import dev.keelson.wake.Chain;
import dev.keelson.wake.InterruptibleIo;
import dev.keelson.wake.IoCancelledException;
import dev.keelson.wake.Ready;
import dev.keelson.wake.SignalRoute;
import dev.keelson.wake.SignalRouter;
import dev.keelson.wake.WaitSet;
import dev.keelson.wake.WaitSource;
import dev.keelson.wake.Waker;
import dev.keelson.wake.Wakeup;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.util.Queue;
import java.util.function.Consumer;

/** What docs/waker.md shows. */
public final class WakerSnippets {

  private static final int SHUTDOWN = 1;

  private WakerSnippets() {}

  /** The owner of a queue. */
  public static void loop(Waker waker, Queue<Runnable> queue) throws InterruptedException {
    // snippet: waker-loop
    while (true) {
      Wakeup wakeup = waker.await(); // others: queue.add(task); waker.wake();
      for (Runnable task = queue.poll(); task != null; task = queue.poll()) {
        task.run();
      }
      if (wakeup.isClosed()) {
        return;
      }
    }
    // end
  }

  /** The owner of a queue and of a selector, which the waker is on. */
  public static void selectorLoop(
      Waker waker, Selector selector, Queue<Runnable> queue, Consumer<SelectionKey> handle)
      throws IOException, InterruptedException {
    // snippet: waker-selector
    while (true) {
      Wakeup wakeup = waker.await(); // in place of select()
      if (wakeup.isSignalled()) {
        selector.selectNow(); // one that was pending has skipped the look at the channels
      }
      selector.selectedKeys().forEach(handle);
      selector.selectedKeys().clear(); // a key that stays in there ends each wait at once
      for (Runnable task = queue.poll(); task != null; task = queue.poll()) {
        task.run();
      }
      if (wakeup.isClosed()) {
        return;
      }
    }
    // end
  }

  /** Everything in one wait. */
  public static void serve(ServerSocketChannel server, Child child, Consumer<SocketChannel> handle)
      throws IOException, InterruptedException {
    // snippet: wait-set
    try (WaitSet set = WaitSet.create();
        SignalRoute route = SignalRouter.on("TERM", "INT").to(set.waker(), SHUTDOWN)) {
      WaitSource<?> accept = set.add(server, SelectionKey.OP_ACCEPT);
      WaitSource<?> exit = set.add(child.onExit());
      while (true) {
        Ready ready = set.await(ofSeconds(30));
        if (ready.has(accept)) {
          handle.accept(server.accept());
        }
        if (ready.has(exit) || ready.wakeup().has(SHUTDOWN)) {
          return;
        }
      }
    }
    // end
  }

  /** A query that is cancelled. */
  public static int query(Waker cancel, FileChannel index, ByteBuffer page) throws Exception {
    // snippet: interruptible-io
    try (InterruptibleIo io = InterruptibleIo.with(cancel)) {
      return io.read(index, page, 0, ofSeconds(10));
    } catch (IoCancelledException e) {
      return page.position(); // what was read until then; the index is open
    }
    // end
  }

  /** Signals with a deadline. */
  public static SignalRoute shutdown(Waker waker) {
    // snippet: signal-budget
    SignalRoute term =
        SignalRouter.on("TERM").chain(Chain.AFTER).budget(ofSeconds(25)).to(waker, SHUTDOWN);
    SignalRouter.on("INT").second(ofSeconds(2), SignalRouter.halt(130)).to(waker, SHUTDOWN);
    // end
    return term;
  }
}
