/* SPDX-License-Identifier: Apache-2.0 */
package dev.keelson.examples;

import dev.keelson.cleanup.CleanupRealm;
import dev.keelson.cleanup.LeakLevel;
import dev.keelson.cleanup.LeakReport;
import dev.keelson.cleanup.Registration;
import java.lang.ref.Cleaner;
import java.util.concurrent.atomic.AtomicReference;

/**
 * A file wrapper that releases its file when it is closed, and is meant to when it is forgotten.
 */
enum FileWrapper {
  FINALIZER("a finalizer") {
    @Override
    AutoCloseable around(Sink sink) {
      return new WithFinalizer(sink);
    }
  },
  CLEANER("Cleaner, action captures") {
    @Override
    AutoCloseable around(Sink sink) {
      return new WithCleaner(sink);
    }
  },
  SAME_ON_KEELSON("the same on CleanupRealm") {
    @Override
    AutoCloseable around(Sink sink) {
      return new WithCapture(sink);
    }
  },
  KEELSON("CleanupRealm") {
    @Override
    AutoCloseable around(Sink sink) {
      return new WithRealm(sink);
    }
  };

  private final String title;

  FileWrapper(String title) {
    this.title = title;
  }

  String title() {
    return title;
  }

  abstract AutoCloseable around(Sink sink);

  // broken

  /** Runs again after close, is deprecated for removal, and can be switched off. */
  private static final class WithFinalizer implements AutoCloseable {
    private final Sink sink;

    WithFinalizer(Sink sink) {
      this.sink = sink;
    }

    @Override
    public void close() {
      sink.release();
    }

    @Override
    @SuppressWarnings({"Finalize", "deprecation", "removal"})
    protected void finalize() {
      close();
    }
  }

  /** The action is a lambda of this object, and by that keeps this object. */
  private static final class WithCleaner implements AutoCloseable {
    private static final Cleaner CLEANER = Cleaner.create();

    private final Sink sink;
    private final Cleaner.Cleanable cleanable;

    WithCleaner(Sink sink) {
      this.sink = sink;
      cleanable = CLEANER.register(this, () -> this.sink.release());
    }

    @Override
    public void close() {
      cleanable.clean();
    }
  }

  // refused

  /** The same mistake. */
  private static final class WithCapture implements AutoCloseable {
    private final Sink sink;
    private final Registration<String> registration;

    WithCapture(Sink sink) {
      this.sink = sink;
      registration = WithRealm.REALM.register(this, "the file", name -> this.sink.release());
    }

    @Override
    public void close() {
      registration.close();
    }
  }

  // fixed

  /** The last that was found to have been forgotten. */
  static final AtomicReference<LeakReport> LEAK = new AtomicReference<>();

  /** What the action needs stands apart, and is all that it gets. */
  private static final class WithRealm implements AutoCloseable {
    static final CleanupRealm REALM =
        CleanupRealm.builder()
            .name("files")
            .leakLevel(LeakLevel.PARANOID)
            .leakListener(LEAK::set)
            .build();

    private final Registration<Sink> file;

    WithRealm(Sink sink) {
      file = REALM.register(this, sink, Sink::release).atExit(true);
    }

    @Override
    public void close() {
      file.close();
    }
  }
}
