/* SPDX-License-Identifier: Apache-2.0 */
package dev.keelson.testkit.cleanup;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.keelson.cleanup.CleanupRealm;
import java.io.File;
import java.io.IOException;
import java.lang.ref.WeakReference;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Enumeration;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Class loaders that are to go: a plug-in's, and Keelson's own. */
@Tag("process")
@Timeout(120)
class UnloadTest {

  /** Loads what has one of the prefixes itself, from this test's class path. */
  private static final class Isolated extends URLClassLoader {
    private final List<String> prefixes;

    Isolated(String... prefixes) throws Exception {
      super(classPath(), UnloadTest.class.getClassLoader());
      this.prefixes = List.of(prefixes);
    }

    private static URL[] classPath() throws Exception {
      List<URL> urls = new ArrayList<>();
      for (String entry : System.getProperty("java.class.path").split(File.pathSeparator)) {
        urls.add(Path.of(entry).toUri().toURL());
      }
      return urls.toArray(new URL[0]);
    }

    @Override
    protected Class<?> loadClass(String name, boolean resolve) throws ClassNotFoundException {
      synchronized (getClassLoadingLock(name)) {
        if (prefixes.stream().noneMatch(name::startsWith)) {
          return super.loadClass(name, resolve);
        }
        Class<?> loaded = findLoadedClass(name);
        return loaded == null ? findClass(name) : loaded;
      }
    }

    /** No listeners of the outer Keelson's for the inner one. */
    @Override
    public Enumeration<URL> getResources(String name) throws IOException {
      return name.startsWith("META-INF/services/")
          ? Collections.emptyEnumeration()
          : super.getResources(name);
    }

    void run(String type) throws Exception {
      ((Runnable) loadClass(type).getDeclaredConstructor().newInstance()).run();
    }
  }

  private static final String PLUGIN = PluginMain.class.getName();

  /** On a thread that ends, so that nothing stays in a frame or a thread local. */
  private static WeakReference<ClassLoader> use(String[] prefixes, String... types)
      throws Exception {
    List<WeakReference<ClassLoader>> loaders = new ArrayList<>();
    List<Throwable> failures = new ArrayList<>();
    Thread thread =
        new Thread(
            () -> {
              try {
                Isolated loader = new Isolated(prefixes);
                for (String type : types) {
                  loader.run(type);
                }
                loaders.add(new WeakReference<>(loader));
                loader.close();
              } catch (Throwable e) {
                failures.add(e);
              }
            });
    thread.start();
    thread.join();
    assertTrue(failures.isEmpty(), failures::toString);
    return loaders.get(0);
  }

  private static boolean isCollected(WeakReference<?> reference, Duration within)
      throws InterruptedException {
    long end = System.nanoTime() + within.toNanos();
    while (!reference.refersTo(null)) {
      if (System.nanoTime() - end > 0) {
        return false;
      }
      System.gc();
      Thread.sleep(10);
    }
    return true;
  }

  private static final Duration LONG = Duration.ofSeconds(40);

  @Test
  void shouldUnloadAPluginThatClosedItsRealm() throws Exception {
    assertTrue(isCollected(use(new String[] {PLUGIN}, PLUGIN, PLUGIN + "$Stop"), LONG));
  }

  /** The check can fail: an owner held by a static of its loader, and no close. */
  @Test
  void shouldKeepAPluginThatDidNot() throws Exception {
    assertFalse(isCollected(use(new String[] {PLUGIN}, PLUGIN), Duration.ofMillis(300)));
  }

  /** Its registration may even have started the thread, which goes on for somebody else. */
  @Test
  void shouldUnloadAPluginThatUsedTheSharedRealm() throws Exception {
    WeakReference<ClassLoader> plugin = use(new String[] {PLUGIN}, PLUGIN + "$InShared");
    Object owner = new Object();
    var other = CleanupRealm.shared().register(owner, "state", state -> {});
    assertTrue(isCollected(plugin, LONG));
    other.close();
  }

  /** What a lock remembers of the threads that take it. */
  @Test
  void shouldUnloadAPluginWhoseThreadHasTakenALock() throws Exception {
    assertTrue(isCollected(use(new String[] {PLUGIN}, PLUGIN + "$OnItsThread"), LONG));
  }

  /** Keelson in the plug-in: its thread ends when nothing is registered. */
  @Test
  void shouldUnloadKeelsonItself() throws Exception {
    String[] all = {PLUGIN, "dev.keelson.cleanup.", "dev.keelson.internal.", "dev.keelson.spi."};
    assertTrue(isCollected(use(all, PLUGIN + "$InShared", PLUGIN, PLUGIN + "$Stop"), LONG));
  }
}
