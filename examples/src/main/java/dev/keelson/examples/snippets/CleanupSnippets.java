/* SPDX-License-Identifier: Apache-2.0 */
package dev.keelson.examples.snippets;

import static java.time.Duration.ofSeconds;

import dev.keelson.cleanup.CleanupRealm;
import dev.keelson.cleanup.CleanupScope;
import dev.keelson.cleanup.LeakLevel;
import dev.keelson.cleanup.Registration;
import java.io.Closeable;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.ref.Cleaner;
import java.lang.ref.Reference;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;

/** What docs/cleanup.md shows. */
public final class CleanupSnippets {

  private CleanupSnippets() {}

  // snippet: cleanup
  static final class Scratch implements AutoCloseable {
    private final Registration<Path> file;

    Scratch(Path path) {
      file = CleanupRealm.shared().register(this, path, Scratch::delete);
    }

    private static void delete(Path path) { // static: it cannot see the owner
      try {
        Files.deleteIfExists(path);
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }

    @Override
    public void close() {
      file.close();
    }
  }

  // end

  /** The native memory of this owner must not go while it is read. */
  static final class Region implements AutoCloseable {
    private final long address = 4_096;
    private final Registration<Long> memory =
        CleanupRealm.shared().register(this, address, Region::free);

    private static void free(long address) {}

    private static int readNative(long address) {
      return (int) address;
    }

    // snippet: cleanup-fence
    int read() {
      try {
        return readNative(address);
      } finally {
        Reference.reachabilityFence(this); // or it may be freed in the middle of the call
      }
    }

    // end

    @Override
    public void close() {
      memory.close();
    }
  }

  static void several(CleanupRealm realm, Object owner, Closeable log, Closeable socket) {
    // snippet: cleanup-scope
    CleanupScope scope = realm.scope(owner);
    scope.register(log, CleanupSnippets::closeQuietly);
    scope.register(socket, CleanupSnippets::closeQuietly); // runs first
    // end
  }

  private static void closeQuietly(Closeable closeable) {
    try {
      closeable.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  static CleanupRealm realms(Cleaner theirs) throws InterruptedException {
    // snippet: cleanup-realm
    try (CleanupRealm plugin = CleanupRealm.named("plug-in")) {
      runPlugin(plugin);
      plugin.drain(ofSeconds(5)); // what the JVM has handed over was cleaned up
    } // runs what still waits; the plug-in's classes can be unloaded
    CleanupRealm checked = CleanupRealm.over(theirs); // same checks and reports, your Cleaner
    // end
    return checked;
  }

  private static final Object PLUGIN = new Object();

  /** The names of the realms whose actions have run. */
  static final Queue<String> CLEANED_UP = new ConcurrentLinkedQueue<>();

  static void runPlugin(CleanupRealm realm) {
    realm.register(PLUGIN, realm.name(), CleanupSnippets::note);
  }

  private static void note(String realm) {
    CLEANED_UP.add(realm);
  }

  static CleanupRealm reports() {
    // snippet: cleanup-leaks
    CleanupRealm realm =
        CleanupRealm.builder()
            .name("files")
            .leakLevel(LeakLevel.ADVANCED)
            .leakListener(report -> System.out.println(report))
            .build();
    // end
    return realm;
  }

  /** The old lines. */
  static final class OldScratch implements AutoCloseable {
    private static final Cleaner CLEANER = Cleaner.create();

    private final Path path;
    private final Cleaner.Cleanable cleanable;

    OldScratch(Path path) {
      this.path = path;
      // snippet: cleanup-cleaner-old
      cleanable = CLEANER.register(this, () -> delete(this.path)); // never runs: it keeps `this`
      // end
    }

    private static void delete(Path path) {
      Scratch.delete(path);
    }

    @Override
    public void close() {
      cleanable.clean();
    }
  }

  static Registration<Path> atExit(CleanupRealm realm, Object owner, Path path) {
    // snippet: cleanup-exit
    Registration<Path> file = realm.register(owner, path, Scratch::delete).atExit(true);
    // end
    return file;
  }
}
