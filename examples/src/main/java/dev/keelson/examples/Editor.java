/* SPDX-License-Identifier: Apache-2.0 */
package dev.keelson.examples;

import java.lang.ref.WeakReference;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import javax.annotation.Nullable;

/** Opens and closes a document in ways that keep it and in ways that do not. */
final class Editor {

  private static final List<Runnable> LISTENERS = new ArrayList<>();
  private static final List<WeakReference<Runnable>> WEAK_LISTENERS = new ArrayList<>();
  private static final Map<String, Object> OUTLINE = new HashMap<>();
  private static final Clock CLOCK = new Clock();
  private static final Parser PARSER = new Parser();

  private Editor() {}

  /** One for all documents; it works on one at a time. */
  private static final class Parser {
    private @Nullable Document current;

    int parse(Document document) {
      current = document;
      return current.size();
    }

    void reset() {
      current = null;
    }
  }

  /** Tells everybody the time until they have had enough. */
  private static final class Clock {
    private final List<Runnable> followers = new ArrayList<>();

    AutoCloseable follow(Runnable follower) {
      followers.add(follower);
      return () -> followers.remove(follower);
    }
  }

  static Document parseAndKeep() {
    Document document = new Document();
    PARSER.parse(document);
    return document;
  }

  static Document parseAndDrop() {
    Document document = new Document();
    try {
      PARSER.parse(document);
    } finally {
      PARSER.reset();
    }
    return document;
  }

  static Document outlineThatOwns() {
    Document document = new Document();
    OUTLINE.put("chapter 1", new Document.OwningHeading(document));
    return document;
  }

  static Document outlineThatKnows() {
    Document document = new Document();
    OUTLINE.put("chapter 1", document.heading());
    return document;
  }

  static Document listenForEver() {
    Document document = new Document();
    LISTENERS.add(document.redraw());
    return document;
  }

  static Document listenWeakly() {
    Document document = new Document();
    WEAK_LISTENERS.removeIf(listener -> listener.get() == null);
    WEAK_LISTENERS.add(new WeakReference<>(document.redraw()));
    return document;
  }

  static Document followAndForget() {
    Document document = new Document();
    CLOCK.follow(document::size);
    return document;
  }

  static Document followAndClose() {
    Document document = new Document();
    try (AutoCloseable following = CLOCK.follow(document::size)) {
      return document;
    } catch (Exception e) {
      throw new IllegalStateException("nothing here fails", e);
    }
  }

  static void forgetAll() {
    LISTENERS.clear();
    WEAK_LISTENERS.clear();
    OUTLINE.clear();
    CLOCK.followers.clear();
    PARSER.reset();
  }
}
