/* SPDX-License-Identifier: Apache-2.0 */
package dev.keelson.internal.threads;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotSame;

import com.sun.management.ThreadMXBean;
import java.io.File;
import java.lang.management.ManagementFactory;
import java.net.URL;
import java.net.URLClassLoader;
import java.util.ArrayList;
import java.util.List;
import java.util.function.LongSupplier;
import org.junit.jupiter.api.Test;

/** Whoever finds no memory must not need any to wait for some, and be it for the first time. */
class AwaitMemoryTest {

  /** What it takes a loader that has not been asked for anything. */
  private static long taken(Class<? extends LongSupplier> what) throws Exception {
    List<URL> path = new ArrayList<>();
    for (String entry : System.getProperty("java.class.path").split(File.pathSeparator)) {
      path.add(new File(entry).toURI().toURL());
    }
    try (URLClassLoader fresh =
        new URLClassLoader(path.toArray(URL[]::new), ClassLoader.getPlatformClassLoader())) {
      Class<?> its = fresh.loadClass(what.getName());
      assertNotSame(what, its);
      LongSupplier measure = (LongSupplier) its.getDeclaredConstructor().newInstance();
      return measure.getAsLong();
    }
  }

  /** Waits for the first time. */
  public static final class Waiting implements LongSupplier {
    private static final ThreadMXBean MEMORY = (ThreadMXBean) ManagementFactory.getThreadMXBean();

    @Override
    public long getAsLong() {
      Daemons.retainCurrentThread();
      long before = MEMORY.getCurrentThreadAllocatedBytes();
      Daemons.awaitMemory();
      return MEMORY.getCurrentThreadAllocatedBytes() - before;
    }
  }

  @Test
  void shouldTakeNoMemoryToWaitForTheFirstTime() throws Exception {
    assertEquals(0, taken(Waiting.class), "bytes");
  }
}
