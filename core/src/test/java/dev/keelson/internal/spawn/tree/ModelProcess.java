/* SPDX-License-Identifier: Apache-2.0 */
package dev.keelson.internal.spawn.tree;

/** A process of the model. */
final class ModelProcess {

  enum State {
    RUNNING,
    STANDING,
    ZOMBIE,
    GONE
  }

  final long pid;
  final long born;

  /** Whether it descends from the root: what may be signalled, and all that is to end. */
  final boolean ofTree;

  ModelProcess parent;
  long group;
  long session;
  boolean cookie;
  State state = State.RUNNING;

  /** Steps until a stop takes hold, during which a fork may be under way; 0 for none. */
  int stopsIn;

  /** Steps until it has executed its program; until then its environment is empty. */
  int executing;

  boolean killed;

  /** Whether a kill of its parent has left nothing that leads to it; it must be known by then. */
  boolean orphanedByKill;

  ModelProcess(long pid, long born, ModelProcess parent, boolean ofTree) {
    this.pid = pid;
    this.born = born;
    this.parent = parent;
    this.ofTree = ofTree;
    group = parent == null ? pid : parent.group;
    session = parent == null ? pid : parent.session;
    cookie = parent != null && parent.cookie;
  }

  boolean isAlive() {
    return state == State.RUNNING || state == State.STANDING;
  }

  boolean runs() {
    return state == State.RUNNING && !killed;
  }

  /** Whether a sign leads to it when it has lost its parent. */
  boolean hasSign(ModelProcess root) {
    return cookie || session == root.pid;
  }

  ProcStat stat() {
    char letter =
        switch (state) {
          case RUNNING -> 'R';
          case STANDING -> 'T';
          case ZOMBIE, GONE -> 'Z';
        };
    return new ProcStat(pid, "model", letter, parent == null ? 0 : parent.pid, session, 0, born);
  }

  @Override
  public String toString() {
    return pid + " born " + born + (ofTree ? " of the tree, " : " a stranger, ") + state;
  }
}
