/* SPDX-License-Identifier: Apache-2.0 */
package dev.keelson.examples;

import java.io.PrintStream;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.concurrent.Callable;

/**
 * Where the stories are told: prints, shows progress while a step runs, and remembers what belongs
 * in the summary. Used by one thread; its ticker is another.
 */
final class Stage implements AutoCloseable {

  private static final int WIDTH = 92;

  private final PrintStream out = System.out;
  private final boolean plain;
  private final Thread ticker = new Thread(this::tick, "tour-ticker");
  private final Table summary = new Table(List.of("story", "what", "plain JDK", "Keelson"));
  private final List<String> broken = new ArrayList<>();
  private final Set<String> failed = new LinkedHashSet<>();
  private int wounds;
  private int seen;

  /** What runs and since when; also the lock that keeps two threads from printing at once. */
  private final Progress progress = new Progress();

  private String story = "";

  private static final class Progress {
    String label = "";
    long began;
    long told;
  }

  Stage(boolean plain) {
    this.plain = plain;
    ticker.setDaemon(true);
    ticker.start();
  }

  void begin(Story next, int number, int of) {
    story = next.id();
    say("");
    say("== " + number + "/" + of + "  " + next.id() + ": " + next.title() + " ==");
  }

  /** A paragraph, broken into lines. */
  void say(String text) {
    synchronized (progress) {
      StringBuilder line = new StringBuilder();
      for (String word : text.split(" ")) {
        if (line.length() + word.length() > WIDTH) {
          out.println(line.toString().stripTrailing());
          line.setLength(0);
        }
        line.append(word).append(' ');
      }
      out.println(line.toString().stripTrailing());
    }
  }

  /** As it is, indented. */
  void show(String text) {
    synchronized (progress) {
      text.lines().forEach(line -> out.println("    " + line));
    }
  }

  void show(Table table) {
    table.lines().forEach(this::show);
  }

  /** Runs something and shows for how long it has been running. */
  <T> T step(String label, Callable<T> task) throws Exception {
    synchronized (progress) {
      progress.label = label;
      progress.began = System.nanoTime();
      progress.told = 0;
      if (plain) {
        out.println("  " + label + " ...");
      }
      progress.notifyAll();
    }
    try {
      return task.call();
    } finally {
      synchronized (progress) {
        progress.label = "";
        if (plain) {
          out.println("  " + label + ": " + seconds(System.nanoTime() - progress.began));
        } else {
          out.print("\r\033[K");
          out.flush();
        }
      }
    }
  }

  /** A line of the summary. */
  void row(String what, String jdk, String keelson) {
    summary.row(List.of(story, what, jdk, keelson));
  }

  /** What the plain JDK side must have shown, as measured; the tour fails if it did not. */
  void wound(boolean shown, String claim) {
    wounds++;
    if (shown) {
      seen++;
    }
    expect(shown, "the wound was not seen: " + claim);
  }

  /** What must hold; the tour fails if it does not. */
  void expect(boolean holds, String claim) {
    if (!holds) {
      broken.add(story + ": " + claim);
      failed.add(story);
      say("NOT AS EXPECTED: " + claim);
    }
  }

  Table summary() {
    return summary;
  }

  /** After the last story: what is told from now on belongs to none. */
  void end() {
    story = "tour";
  }

  /** Whether all held that a story expects. */
  boolean held(Story of) {
    return !failed.contains(of.id());
  }

  /** How many of the wounds were seen. */
  String wounds() {
    return seen + " of " + wounds + " wounds seen";
  }

  List<String> broken() {
    return List.copyOf(broken);
  }

  static String seconds(long nanos) {
    return String.format(Locale.ROOT, "%.2f s", nanos / 1e9);
  }

  private void tick() {
    try {
      while (true) {
        synchronized (progress) {
          while (progress.label.isEmpty()) {
            progress.wait();
          }
          long running = System.nanoTime() - progress.began;
          if (!plain) {
            out.print("\r\033[K  " + progress.label + " ... " + seconds(running));
            out.flush();
          } else if (running - progress.told > 2_000_000_000L) {
            progress.told = running;
            out.println("  " + progress.label + " ... " + seconds(running));
          }
          progress.wait(100);
        }
      }
    } catch (InterruptedException e) {
      // closed
    }
  }

  @Override
  public void close() {
    ticker.interrupt();
  }
}
