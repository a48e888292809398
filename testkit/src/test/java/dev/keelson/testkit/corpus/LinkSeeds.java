/* SPDX-License-Identifier: Apache-2.0 */
package dev.keelson.testkit.corpus;

import static dev.keelson.testkit.corpus.Seed.OWN;

import dev.keelson.link.Children;
import dev.keelson.link.LinkedNode;
import dev.keelson.testkit.schedule.HastyLink;
import java.lang.ref.WeakReference;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.WeakHashMap;
import java.util.concurrent.CompletableFuture;

/** References between parents and children, and to what runs, of the wrong strength. */
final class LinkSeeds {

  /** Where children are forgotten. */
  private static final List<Object> CACHE = new ArrayList<>();

  private static final Set<Object> WEAK_TASKS = Collections.newSetFromMap(new WeakHashMap<>());
  private static final Set<Object> TASKS = new HashSet<>();
  private static final Map<CompletableFuture<String>, Work> WEAK_MAP = new WeakHashMap<>();
  private static final Map<CompletableFuture<String>, Work> MAP = new HashMap<>();

  private LinkSeeds() {}

  static List<Seed> all() {
    return List.of(
        Seed.of(
            "keeps a team by a forgotten member of it",
            "stackoverflow 28933215",
            Trials.collected(
                () -> {
                  Team team = new Team();
                  forget(new Member(team));
                  return team;
                },
                () -> {
                  LinkedTeam team = new LinkedTeam();
                  LinkedMember member = new LinkedMember();
                  team.members.attach(member);
                  forget(member);
                  return team;
                }),
            "LinkSeeds.CACHE",
            "LinkSeeds$Member.team"),
        Seed.of(
            "keeps the siblings of a forgotten child by the handle that they share",
            OWN,
            Trials.collected(
                () -> {
                  Handle family = new Handle();
                  Object sibling = family.child();
                  forget(family.child());
                  return sibling;
                },
                () -> {
                  LinkedTeam team = new LinkedTeam();
                  LinkedMember sibling = new LinkedMember();
                  LinkedMember member = new LinkedMember();
                  team.members.attach(sibling);
                  team.members.attach(member);
                  forget(member);
                  return sibling;
                }),
            "LinkSeeds.CACHE",
            "LinkSeeds$Handle.children"),
        Seed.of(
            "lets work be collected that waits for its data",
            "tornadoweb/tornado#1769",
            Trials.retained(
                () -> {
                  Work work = new Work();
                  CACHE.add(new WeakReference<>(work));
                  Litter.closeLater(CACHE::clear);
                  return work;
                },
                () -> {
                  LinkedMember work = new LinkedMember();
                  CompletableFuture<String> answer = new CompletableFuture<>();
                  var unused = work.pinUntil(answer);
                  Litter.closeLater(() -> answer.complete("done"));
                  return work;
                }),
            "it was collected"),
        Seed.of(
            "keeps running tasks in a weak set",
            "python/cpython#91887",
            Trials.retained(() -> run(WEAK_TASKS), () -> run(TASKS)),
            "it was collected"),
        Seed.of(
            "keeps finished work in a weak map whose values refer to their keys",
            "tornadoweb/tornado#2229",
            Trials.growing(
                () -> {
                  Work work = new Work();
                  WEAK_MAP.put(work.answer, work);
                  work.answer.complete("done");
                },
                () -> {
                  Work work = new Work();
                  MAP.put(work.answer, work);
                  work.answer.complete("done");
                  MAP.remove(work.answer);
                }),
            "LinkSeeds$Work",
            "LinkSeeds.WEAK_MAP"),
        Seed.of(
            "looks for a cycle, and then attaches",
            OWN,
            Trials.scheduled(HastyLink::wrong, HastyLink::right),
            "a cycle",
            "hasty.attaching"));
  }

  private static void forget(Object child) {
    CACHE.add(child);
    Litter.closeLater(CACHE::clear);
  }

  private static Object run(Set<Object> tasks) {
    Work work = new Work();
    tasks.add(work);
    Litter.closeLater(tasks::clear);
    return work;
  }

  private static final class Team {}

  private record Member(Team team) {}

  private static final class LinkedTeam {
    final Children<LinkedTeam, LinkedMember> members = Children.of(this);
  }

  private static final class LinkedMember extends LinkedNode<LinkedTeam> {}

  /** What the children of one parent share. */
  private static final class Handle {
    private final List<Object> children = new ArrayList<>();

    Object child() {
      Object child = new Child(this);
      children.add(child);
      return child;
    }
  }

  private record Child(Handle handle) {
    @Override
    public int hashCode() {
      return System.identityHashCode(this);
    }
  }

  private static final class Work {
    final CompletableFuture<String> answer = new CompletableFuture<>();
  }
}
