/* SPDX-License-Identifier: Apache-2.0 */
package dev.keelson.testkit.corpus;

import static dev.keelson.testkit.corpus.Seed.OWN;

import dev.keelson.testkit.LeakKind;
import dev.keelson.wake.Waker;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.Selector;
import java.util.List;

/** Ways to wake a thread that can be missed, and wakers that are not closed. */
final class WakeSeeds {

  private WakeSeeds() {}

  static List<Seed> all() {
    return List.of(
        Seed.of(
            "writes the byte before it sets the flag",
            "bpo-30038",
            Trials.waking(PipeWakers.ByteFirst::new, PipeWakers.FlagFirst::new),
            "wake-up lost in round",
            "PipeWakers$ByteFirst.await"),
        Seed.of(
            "clears the flag before it sleeps, over a wake that relied on it",
            "apache/rocketmq#10543",
            Trials.waking(PipeWakers.ClearsBeforeSleep::new, PipeWakers.ClearsAfterDrain::new),
            "wake-up lost in round",
            "PipeWakers$ClearsBeforeSleep.await"),
        Seed.of(
            "wakes from an interrupted thread through a blocking channel",
            OWN,
            Trials.waking(PipeWakers.BlockingSink::new, PipeWakers.FlagFirst::new),
            "ClosedByInterruptException"),
        Seed.of(
            "looks at its channels in between, which takes the selector's wake-up",
            OWN,
            Trials.waking(PlainWakers.SelectsNow::new, PlainWakers.SelectsNowAndLooks::new),
            "wake-up lost in round",
            "PlainWakers$SelectsNow.await"),
        Seed.of(
            "notifies whoever waits, and nobody does yet",
            OWN,
            Trials.waking(PlainWakers.Forgetful::new, PlainWakers.Remembering::new),
            "wake-up lost in round",
            "PlainWakers$Forgetful.await"),
        Seed.of(
            "looks for work before it says that it will sleep",
            "netty/netty#15922",
            Trials.waking(PlainWakers.LooksTooEarly::new, PlainWakers.LooksOnceMore::new),
            "wake-up lost in round",
            "PlainWakers$LooksTooEarly.await"),
        Seed.of(
            "parks after others may have used up its permit",
            OWN,
            Trials.waking(PlainWakers.LosesItsPermit::new, PlainWakers.LooksOnceMore::new),
            "wake-up lost in round",
            "PlainWakers$LosesItsPermit.await"),
        Seed.of(
            "adds a reason to those that wait, in two steps",
            OWN,
            Trials.scheduled(ReasonWakers::wrong, ReasonWakers::right),
            "a reason is lost",
            "reasons.read"),
        Seed.of(
            "leaves a waker open that is a key in a selector",
            OWN,
            Trials.leaving(LeakKind.DESCRIPTOR, () -> becomesAKey(false), () -> becomesAKey(true)),
            "2 descriptors",
            "pipe:["),
        Seed.of(
                "spins once it was interrupted, as no select blocks any more",
                "netty/netty#2426",
                Trials.waking(
                    300, Trials.NO_HURRY, PipeWakers.Spinning::new, PipeWakers.FlagFirst::new))
            .missedBecause("no wake-up is lost, and no tool counts processor time"));
  }

  private static void becomesAKey(boolean closes) throws IOException {
    try (Selector selector = Selector.open()) {
      Waker waker = Litter.closeLater(Waker.create());
      waker.register(selector);
      if (closes) {
        waker.close();
        selector.selectNow();
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
