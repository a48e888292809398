/* SPDX-License-Identifier: Apache-2.0 */
package dev.keelson.boundary;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.Iterator;
import java.util.List;
import java.util.ServiceLoader;

/**
 * Who is called at the beginning of a child JVM.
 *
 * @param hooks in the order in which to call them
 * @param unloadable why a provider could not be made; it keeps no other from being called
 */
record ChildHooks(List<HookRegistration> hooks, List<Throwable> unloadable) {

  /** A provider may fail again and again; a loader that never comes to an end is given up. */
  private static final int MOST_FAILURES = 100;

  static ChildHooks find() {
    List<HookRegistration> hooks = new ArrayList<>(HookTable.snapshot());
    List<Throwable> unloadable = new ArrayList<>();
    Iterator<ChildHook> providers = ServiceLoader.load(ChildHook.class).iterator();
    while (unloadable.size() < MOST_FAILURES) {
      try {
        if (!providers.hasNext()) {
          break;
        }
        ChildHook provider = providers.next();
        HookTable.Entry place = new HookTable.Entry(provider, provider.phase());
        hooks.add(new HookRegistration(place, new Provided(provider)));
      } catch (Throwable e) { // what a provider's own constructor or phase() throws among it
        unloadable.add(e);
      }
    }
    hooks.sort(Comparator.comparing(HookRegistration::entry));
    return new ChildHooks(hooks, unloadable);
  }

  private record Provided(ChildHook provider) implements BoundaryHook {
    @Override
    public void afterInChild(BoundaryContext context) throws Exception {
      provider.afterInChild(context);
    }
  }
}
