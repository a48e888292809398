/* SPDX-License-Identifier: Apache-2.0 */
package dev.keelson.process;

import dev.keelson.internal.spawn.SpawnEngine;
import dev.keelson.internal.spawn.Trait;
import dev.keelson.internal.spawn.TraitSupport;
import dev.keelson.internal.spawn.engines.Engines;
import java.util.EnumMap;
import java.util.Map;

/** Says an engine's traits in public words. */
final class CapabilityTable {

  private CapabilityTable() {}

  static Capabilities of(SpawnEngine engine, boolean guarded) {
    Map<Trait, TraitSupport> traits = new EnumMap<>(Trait.class);
    traits.putAll(engine.traits());
    traits.put(
        Trait.ORPHAN_GUARD,
        guarded
            ? Engines.guard().support()
            : TraitSupport.absent("switched off for this launcher"));
    Map<Guarantee, Capabilities.Support> rows = new EnumMap<>(Guarantee.class);
    traits.forEach(
        (trait, support) ->
            rows.put(
                Guarantee.valueOf(trait.name()),
                new Capabilities.Support(
                    Capabilities.Level.valueOf(support.level().name()), support.reason())));
    return Capabilities.of(engine.name(), rows);
  }
}
