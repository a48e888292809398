/* SPDX-License-Identifier: Apache-2.0 */
package dev.keelson.cleanup;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicReferenceArray;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import javax.annotation.Nullable;

/**
 * Where, by whom and for what a registration was made, and where its owner was used last. Safe for
 * use by multiple threads.
 *
 * <p>Stacks refer to classes until they are turned into text, so a track lives no longer than its
 * registration. Where every registration has a track, the place where it was made is turned into
 * text at once, which those of one place share: that takes time, and there may be many.
 */
final class Track {

  private static final int USES = 8;
  private static final int FRAMES = 32;

  /** Whose frames stand between a stack and what a report is about. */
  private static final Set<String> OWN =
      Stream.of(
              Track.class,
              Node.class,
              Leaks.class,
              StripedRegistry.class,
              CleanerRegistry.class,
              CleanerEntry.class,
              CleanupRealm.class,
              CleanupScope.class,
              Step.class)
          .map(Class::getName)
          .collect(Collectors.toUnmodifiableSet());

  /** The one package that registers what its users have made. */
  private static final String LAUNCHING = "dev.keelson.process.";

  /** A stack and nothing else. */
  private static final class Stack extends Throwable {
    private static final long serialVersionUID = 1L;

    Stack() {
      super(null, null, false, true);
    }
  }

  private record RawUse(String hint, String thread, Stack stack) {}

  /** Places lately seen, each where its hash leads; another one takes it over. */
  private static final AtomicReferenceArray<List<StackTraceElement>> PLACES =
      new AtomicReferenceArray<>(64);

  private static final VarHandle LATEST;

  static {
    try {
      LATEST = MethodHandles.lookup().findVarHandle(Track.class, "uses", List.class);
    } catch (ReflectiveOperationException e) {
      throw new ExceptionInInitializerError(e);
    }
  }

  /** Where it was made; null where that is text already. */
  private final @Nullable Stack site;

  private final List<StackTraceElement> place;
  private final String ownerType;
  private final String threadName = Thread.currentThread().getName();
  private final long threadId = Thread.currentThread().getId();
  private final boolean recordsUses;

  /** The last ones; replaced as a whole by {@link #LATEST}. */
  private volatile List<RawUse> uses = List.of();

  /**
   * Looks where it is made.
   *
   * @param isOneOfAll whether every registration has a track: then it is kept small
   */
  Track(Object owner, boolean recordsUses, boolean isOneOfAll) {
    ownerType = owner.getClass().getName();
    this.recordsUses = recordsUses;
    Stack stack = new Stack();
    site = isOneOfAll ? null : stack;
    place = isOneOfAll ? shared(frames(stack)) : List.of();
  }

  /** The list that another track has, if one of the lately seen is equal to it. */
  private static List<StackTraceElement> shared(List<StackTraceElement> fresh) {
    int index = Math.floorMod(fresh.hashCode(), PLACES.length());
    List<StackTraceElement> known = PLACES.get(index);
    if (fresh.equals(known)) {
      return known;
    }
    PLACES.set(index, fresh);
    return fresh;
  }

  /** Its name, and its number for the many virtual ones that have none. */
  private static String describe(String name, long id) {
    return "\"" + name + "\" id " + id;
  }

  void use(String hint) {
    if (recordsUses) {
      Thread user = Thread.currentThread();
      RawUse use = new RawUse(hint, describe(user.getName(), user.getId()), new Stack());
      List<RawUse> before;
      List<RawUse> after;
      do {
        before = uses;
        after =
            new ArrayList<>(before.subList(Math.max(0, before.size() - USES + 1), before.size()));
        after.add(use);
      } while (!LATEST.compareAndSet(this, before, after)); // against another user
    }
  }

  String ownerType() {
    return ownerType;
  }

  String thread() {
    return describe(threadName, threadId);
  }

  List<StackTraceElement> site() {
    return site == null ? place : frames(site);
  }

  List<LeakReport.Use> uses() {
    return uses.stream()
        .map(use -> new LeakReport.Use(use.hint, use.thread, frames(use.stack)))
        .toList();
  }

  private static List<StackTraceElement> frames(Stack stack) {
    return Arrays.stream(stack.getStackTrace())
        .dropWhile(frame -> isOwn(frame.getClassName()))
        .limit(FRAMES)
        .toList();
  }

  private static boolean isOwn(String type) {
    return OWN.contains(type) || type.startsWith(LAUNCHING);
  }
}
