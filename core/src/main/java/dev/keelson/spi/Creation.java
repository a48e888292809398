/* SPDX-License-Identifier: Apache-2.0 */
package dev.keelson.spi;

import javax.annotation.Nullable;

/**
 * One thing with a lifetime that Keelson brought into being: a child process, a thread, a
 * descriptor, a lock or a temporary file.
 *
 * <p>Immutable and safe for use by multiple threads. Two creations are the same thing only if they
 * are the same object: an id (a pid, a descriptor number) is reused by the system as soon as its
 * thing has ended.
 */
public final class Creation {

  /** What kind of thing it is. */
  public enum Kind {
    /** A child process; the id is its pid. */
    PROCESS,
    /** A platform thread; the id is {@link Thread#getId()}. */
    THREAD,
    /** An open file descriptor of this process; the id is its number. */
    DESCRIPTOR,
    /** A lock; the id is unique in this JVM. */
    LOCK,
    /** A temporary file; the id is unique in this JVM and the name is its path. */
    FILE
  }

  private final Kind kind;
  private final long id;
  private final String name;
  private final @Nullable String mark;
  private final @Nullable Throwable site;

  Creation(Kind kind, long id, String name, @Nullable String mark, @Nullable Throwable site) {
    this.kind = kind;
    this.id = id;
    this.name = name;
    this.mark = mark;
    this.site = site;
  }

  /** What kind of thing this is. */
  public Kind kind() {
    return kind;
  }

  /** The number by which the system knows it; see {@link Kind}. */
  public long id() {
    return id;
  }

  /** A short description for people, with secrets masked. */
  public String name() {
    return name;
  }

  /**
   * Of a process, the entry {@code NAME=value} of its environment by which it and what it starts in
   * turn are recognised; null if it has none.
   */
  public @Nullable String mark() {
    return mark;
  }

  /**
   * Where it was created, as the stack of a throwable that was never thrown, or null where that was
   * not recorded.
   */
  public @Nullable Throwable site() {
    return site;
  }

  @Override
  public String toString() {
    return kind + " " + id + " (" + name + ")";
  }
}
