/* SPDX-License-Identifier: Apache-2.0 */
package dev.keelson.link;

import java.lang.management.ManagementFactory;
import java.lang.ref.Reference;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;
import javax.annotation.Nullable;
import javax.management.ObjectName;

/** What links promise about collection, tried under the collector of this JVM. */
public final class CollectorMain {

  private static final int TREES = 100;
  private static final int DEPTH = 3;
  private static final int WIDTH = 6;
  private static final int NODES = TREES * (1 + 6 + 36 + 216);

  /** Where a planted bug keeps what should go. */
  private static final List<Object> LEAKED = new ArrayList<>();

  private static boolean planted;

  private CollectorMain() {}

  /**
   * Prints one line a promise, {@code ok} first or not. With an argument each promise is broken by
   * a planted bug, and each line should say so.
   */
  public static void main(String[] args) throws Exception {
    planted = args.length > 0;
    say("LinkedNode keeps less than 1 %", retained(InnerNode::new) < NODES / 100);
    say("ParentLink keeps less than 1 %", retained(InnerField::new) < NODES / 100);
    say("a strong parent keeps all", retained(InnerStrong::new) == NODES);
    say("asking does not keep", asking());
    say("a callback comes after a collection", calledBack());
    say("a callback does not keep the child", childOfCallbackGoes());
    say("a pin keeps, a closed one lets go", pinned());
    say("work that is done lets go", pinnedByWork());
    say("what is attached while it is collected is an orphan", attachedMeanwhile());
  }

  private static void say(String promise, boolean kept) {
    System.out.println((kept ? "ok " : "BROKEN ") + promise);
  }

  /** How many nodes survive when one leaf of each tree is kept and the roots are dropped. */
  private static long retained(Supplier<? extends Inner> maker) throws Exception {
    List<Inner> leaves = new ArrayList<>();
    String type = maker.get().getClass().getName();
    grow(maker, leaves);
    if (planted && type.contains("Strong")) {
      leaves.clear();
    }
    eventually(() -> live(type) <= TREES || type.contains("Strong"));
    long live = live(type);
    Reference.reachabilityFence(leaves);
    return live;
  }

  private static void grow(Supplier<? extends Inner> maker, List<Inner> leaves) {
    for (int i = 0; i < TREES; i++) {
      Inner at = maker.get();
      fill(maker, at, DEPTH);
      plant(at instanceof InnerStrong ? "" : at);
      while (at.any() != null) {
        at = at.any();
      }
      leaves.add(at);
    }
  }

  private static void fill(Supplier<? extends Inner> maker, Inner parent, int depth) {
    for (int i = 0; depth > 0 && i < WIDTH; i++) {
      Inner child = maker.get();
      parent.take(child);
      fill(maker, child, depth - 1);
    }
  }

  private static boolean asking() {
    RaceNode child = orphanToBe();
    return eventually(
        () -> {
          for (int i = 0; i < 10_000; i++) {
            if (child.state() == LinkState.ORPHANED) {
              return child.parent() == null;
            }
          }
          return false;
        });
  }

  private static boolean calledBack() throws InterruptedException {
    Told child = new Told();
    attachToNobodyKept(child);
    child.onOrphaned(child, Told::lost, Runnable::run);
    return eventually(() -> child.told.getCount() == 0) && Orphans.watched() == 0;
  }

  private static boolean childOfCallbackGoes() {
    Reference<?> child = watchedAndForgotten();
    return eventually(() -> child.refersTo(null));
  }

  private static Reference<?> watchedAndForgotten() {
    Told child = new Told();
    attachToNobodyKept(child);
    child.onOrphaned(child, Told::lost, Runnable::run);
    plant(child);
    return new java.lang.ref.WeakReference<>(child);
  }

  private static boolean pinned() {
    RaceNode child = new RaceNode();
    Pin pin = beneathTwo(child).pin();
    if (planted) {
      pin.close();
    }
    System.gc();
    System.gc();
    boolean kept = Trees.depth(child) == 2;
    pin.close();
    return kept && pin.isClosed() && eventually(() -> child.state() == LinkState.ORPHANED);
  }

  private static boolean pinnedByWork() {
    RaceNode child = new RaceNode();
    CompletableFuture<String> work = new CompletableFuture<>();
    beneathTwo(child).pinUntil(work);
    if (planted) {
      work.complete("too early");
    }
    System.gc();
    System.gc();
    boolean kept = Trees.depth(child) == 2;
    work.cancel(true);
    return kept && Pin.count() == 0 && eventually(() -> child.state() == LinkState.ORPHANED);
  }

  private static boolean attachedMeanwhile() throws InterruptedException {
    Thread collector =
        new Thread(
            () -> {
              while (!Thread.currentThread().isInterrupted()) {
                System.gc();
              }
            });
    collector.start();
    List<RaceNode> children = new ArrayList<>();
    long end = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(300);
    while (System.nanoTime() - end < 0) {
      RaceNode child = orphanToBe();
      LinkState state = child.state();
      if (state == LinkState.ROOT || (state == LinkState.ORPHANED && child.parent() != null)) {
        return false;
      }
      if (children.size() < 1_000) {
        children.add(child);
      }
      RaceNode next = new RaceNode();
      next.children.adopt(child); // from a parent that may be going
      plant(next);
    }
    collector.interrupt();
    collector.join();
    return eventually(() -> children.stream().allMatch(c -> c.state() == LinkState.ORPHANED));
  }

  private static RaceNode orphanToBe() {
    RaceNode child = new RaceNode();
    RaceNode parent = new RaceNode();
    parent.children.attach(child);
    plant(parent);
    return child;
  }

  private static void attachToNobodyKept(Told child) {
    Children<RaceNode, Told> children = Children.of(new RaceNode());
    children.attach(child);
    plant(children);
  }

  private static RaceNode beneathTwo(RaceNode child) {
    RaceNode parent = new RaceNode();
    new RaceNode().children.attach(parent);
    parent.children.attach(child);
    return child;
  }

  private static void plant(Object leak) {
    if (planted) {
      LEAKED.add(leak);
    }
  }

  /** Collects until it is so, for at most 20 seconds; where it cannot be so, for less. */
  private static boolean eventually(BooleanSupplier so) {
    long end = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(planted ? 300 : 20_000);
    while (!so.getAsBoolean()) {
      if (System.nanoTime() - end > 0) {
        return false;
      }
      System.gc();
    }
    return true;
  }

  private static long live(String type) {
    try {
      String histogram =
          (String)
              ManagementFactory.getPlatformMBeanServer()
                  .invoke(
                      new ObjectName("com.sun.management:type=DiagnosticCommand"),
                      "gcClassHistogram",
                      new Object[] {new String[0]},
                      new String[] {String[].class.getName()});
      return histogram
          .lines()
          .map(line -> line.trim().split(" +"))
          .filter(words -> words.length > 3 && words[3].equals(type))
          .mapToLong(words -> Long.parseLong(words[1]))
          .sum();
    } catch (javax.management.JMException e) {
      throw new IllegalStateException(e);
    }
  }

  private interface Inner {
    void take(Inner child);

    @Nullable
    Inner any();
  }

  private static final class InnerNode extends LinkedNode<InnerNode> implements Inner {
    private final Children<InnerNode, InnerNode> children = Children.of(this);

    @Override
    public void take(Inner child) {
      children.attach((InnerNode) child);
    }

    @Override
    public @Nullable Inner any() {
      return children.isEmpty() ? null : children.iterator().next();
    }
  }

  private static final class InnerField implements Inner, Linked<InnerField> {
    private final ParentLink<InnerField> link = ParentLink.unattached();
    private final Children<InnerField, InnerField> children = Children.of(this);

    @Override
    public ParentLink<InnerField> parentLink() {
      return link;
    }

    @Override
    public void take(Inner child) {
      children.attach((InnerField) child);
    }

    @Override
    public @Nullable Inner any() {
      return children.isEmpty() ? null : children.iterator().next();
    }
  }

  private static final class InnerStrong implements Inner {
    private final List<InnerStrong> children = new ArrayList<>(0);
    private @Nullable InnerStrong parent;

    @Override
    public void take(Inner child) {
      children.add((InnerStrong) child);
      ((InnerStrong) child).parent = this;
    }

    @Override
    public @Nullable Inner any() {
      return children.isEmpty() || parent == this ? null : children.get(0);
    }
  }

  private static final class Told extends LinkedNode<RaceNode> {
    private final CountDownLatch told = new CountDownLatch(1);

    void lost() {
      told.countDown();
    }
  }
}
