/* SPDX-License-Identifier: Apache-2.0 */
package com.example;

import static java.time.Duration.ofMinutes;

import dev.keelson.cleanup.CleanupRealm;
import dev.keelson.cleanup.Registration;
import dev.keelson.link.Children;
import dev.keelson.link.LinkedNode;
import dev.keelson.lock.ResettableLock;
import dev.keelson.process.Command;
import dev.keelson.process.Launcher;
import dev.keelson.wake.Waker;
import java.lang.ref.Reference;

/** Everything that core offers, on the class path and without a flag. */
public final class ClassPath {

  private ClassPath() {}

  static final class Folder {
    final Children<Folder, Page> pages = Children.of(this);
  }

  static final class Page extends LinkedNode<Folder> {}

  public static void main(String[] args) throws Exception {
    expect(args[1], Runtime.version().feature());
    String engine = Launcher.system().capabilities().engine();
    expect(args[0], engine);
    Command echo = Command.of("echo", "there").timeout(ofMinutes(1));
    expect("there", echo.run().stdoutTrimmed());

    ResettableLock lock = new ResettableLock();
    lock.lock();
    lock.unlock();
    Folder folder = new Folder();
    expect(true, folder.pages.attach(new Page()));
    Object owner = new Object();
    StringBuilder cleaned = new StringBuilder();
    Registration<StringBuilder> registration =
        CleanupRealm.shared().register(owner, cleaned, text -> text.append("cleaned"));
    registration.close();
    Reference.reachabilityFence(owner);
    expect("cleaned", cleaned);
    try (Waker waker = Waker.create()) {
      waker.wake();
      waker.await();
    }
    System.out.println("compiled by its javac, each part works, engine " + engine + ", no warning");
  }

  private static void expect(Object expected, Object seen) {
    if (!seen.toString().equals(expected.toString())) {
      throw new AssertionError("expected " + expected + ", not " + seen);
    }
  }
}
