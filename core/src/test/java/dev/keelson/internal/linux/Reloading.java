/* SPDX-License-Identifier: Apache-2.0 */
package dev.keelson.internal.linux;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;

/** Loads this package's classes once more, changed. */
abstract class Reloading extends ClassLoader {

  Reloading() {
    super(Reloading.class.getClassLoader());
  }

  /** What the class is to be, whose bytes these are. */
  abstract byte[] changed(String name, byte[] bytes) throws ClassNotFoundException;

  @Override
  protected Class<?> loadClass(String name, boolean resolve) throws ClassNotFoundException {
    if (!name.startsWith(Reloading.class.getPackageName() + ".")) {
      return super.loadClass(name, resolve);
    }
    synchronized (getClassLoadingLock(name)) {
      Class<?> loaded = findLoadedClass(name);
      return loaded == null ? define(name) : loaded;
    }
  }

  private Class<?> define(String name) throws ClassNotFoundException {
    try (InputStream in = getResourceAsStream(name.replace('.', '/') + ".class")) {
      if (in == null) {
        throw new ClassNotFoundException(name);
      }
      byte[] bytes = changed(name, in.readAllBytes());
      return defineClass(name, bytes, 0, bytes.length);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
