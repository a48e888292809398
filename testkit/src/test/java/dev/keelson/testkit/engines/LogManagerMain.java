/* SPDX-License-Identifier: Apache-2.0 */
package dev.keelson.testkit.engines;

import dev.keelson.boundary.Boundary;
import dev.keelson.cleanup.CleanupRealm;
import dev.keelson.link.Children;
import dev.keelson.link.LinkedNode;
import dev.keelson.lock.LockRegistry;
import dev.keelson.lock.ResettableLock;
import dev.keelson.process.Child;
import dev.keelson.process.Command;
import dev.keelson.wake.Waker;
import java.time.Duration;
import java.util.logging.LogManager;

/** Uses a little of everything, and names its log manager only then; says which one it has. */
final class LogManagerMain {

  /** The program's own. */
  public static final class Own extends LogManager {}

  private static final class Node extends LinkedNode<Node> {
    private final Children<Node, Node> children = Children.of(this);
  }

  private LogManagerMain() {}

  public static void main(String[] args) throws Exception {
    Command.of("true").timeout(Duration.ofSeconds(60)).run();
    try (Child child = Command.of("true").start()) {
      child.await();
    }
    ResettableLock lock = LockRegistry.global().lock("one");
    lock.lock();
    lock.unlock();
    LockRegistry.global().report();
    Boundary.cross(context -> null);
    CleanupRealm.shared().register(new Object(), "state", state -> {}).close();
    new Node().children.attach(new Node());
    try (Waker waker = Waker.create()) {
      waker.wake();
      waker.await();
    }
    if (Boolean.getBoolean("keelson.test.early")) { // the planted bug
      System.getLogger("early").log(System.Logger.Level.DEBUG, "early");
    }
    System.setProperty("java.util.logging.manager", Own.class.getName());
    System.out.println(">" + LogManager.getLogManager().getClass().getName());
    System.out.flush();
    Runtime.getRuntime().halt(0);
  }
}
