/* SPDX-License-Identifier: Apache-2.0 */
package dev.keelson.testkit;

import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * A fake process, seen by its own {@link FakeProgram}. Used by the program's thread only.
 *
 * <p>When a signal ends the process, the method in which its program waits does not return: the
 * program's {@code finally} blocks run and nothing else. A write that nobody reads ends it by PIPE,
 * as it does a real one.
 */
public interface FakeProcess {

  /** Its pid: a number that no real process can have. */
  long pid();

  /** Program and arguments, secrets included. */
  List<String> words();

  /** A variable of its environment. */
  Optional<String> environment(String name);

  /** Its working directory. */
  Path directory();

  /** What it reads. */
  InputStream stdin();

  /** What it writes its output to; not buffered. */
  OutputStream stdout();

  /** What it writes its errors to; not buffered. */
  OutputStream stderr();

  /** Waits for that long, in virtual time; signals are handled meanwhile. */
  void sleep(Duration duration);

  /** Waits until a signal ends it. */
  void hang();

  /**
   * Ignores these signals from now on.
   *
   * @throws IllegalArgumentException if there is no such signal, or it cannot be ignored
   */
  void ignore(String... signals);

  /**
   * Runs {@code handler} on the program's thread when that signal comes while it waits; the program
   * goes on when it returns, unless it exits.
   *
   * @throws IllegalArgumentException if there is no such signal, or it cannot be handled
   */
  void on(String signal, Runnable handler);

  /** Ends the process now; does not return. */
  void exit(int code);

  /** Ends the process as by that signal; does not return. */
  void die(String signal);

  /**
   * Starts a child of its own that shares its three streams, and so holds its pipes for as long as
   * it lives.
   */
  FakeProcess fork(FakeProgram program);

  /** Starts a child of its own whose streams lead nowhere, as a daemon does. */
  FakeProcess daemon(FakeProgram program);

  /** Waits until all of its own children have ended. */
  void waitForChildren();
}
