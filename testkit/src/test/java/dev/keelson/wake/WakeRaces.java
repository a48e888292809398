/* SPDX-License-Identifier: Apache-2.0 */
package dev.keelson.wake;

import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE;
import static org.openjdk.jcstress.annotations.Expect.FORBIDDEN;

import java.util.ArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.III_Result;
import org.openjdk.jcstress.infra.results.II_Result;

/** Wakes against arming, draining, each other and close: the cases J3 to J6, J10 and J11. */
public final class WakeRaces {

  private WakeRaces() {}

  /** Counts what is done to it. */
  static class CountingTransport implements Transport {
    /** The bytes in the pipe. */
    final AtomicInteger bytes = new AtomicInteger();

    final AtomicInteger released = new AtomicInteger();
    final AtomicInteger afterRelease = new AtomicInteger();

    @Override
    public void enter() {}

    @Override
    public boolean sleep(long nanos, WakeProtocol protocol) {
      return false;
    }

    @Override
    public void rouse() {
      bytes.incrementAndGet();
      afterRelease.addAndGet(released.get());
    }

    @Override
    public void leave() {}

    @Override
    public void drain() {
      bytes.set(0);
      afterRelease.addAndGet(released.get());
    }

    @Override
    public void release() {
      released.incrementAndGet();
    }
  }

  /** J3: either the waker sees the owner armed, or the owner sees the token, or the data. */
  @JCStressTest
  @Outcome(
      id = {"0, 0", "0, 1", "1, 1"},
      expect = ACCEPTABLE)
  @Outcome(id = "1, 0", expect = FORBIDDEN, desc = "sleeps, and nobody rouses it")
  @State
  public static class Dekker {
    private final CountingTransport transport = new CountingTransport();
    private final WakeProtocol protocol = new WakeProtocol(transport);
    private int d;

    @Actor
    public void waker(II_Result r) {
      d = 1;
      r.r2 = protocol.wake(0) == WakeResult.DELIVERED ? 1 : 0;
    }

    @Actor
    public void owner(II_Result r) {
      protocol.getAndOr(WakeWord.OWNED);
      protocol.sleepsIn(transport);
      protocol.getAndOr(WakeWord.ARMED);
      boolean sleeps = !protocol.isPending() && d == 0;
      r.r1 = sleeps ? 1 : 0;
    }
  }

  /** A key, a token and its byte. */
  abstract static class Pending {
    final CountingTransport transport = new CountingTransport();
    final WakeProtocol protocol = new WakeProtocol(transport);
    int d;

    Pending() {
      protocol.becomeKeyed(transport);
      protocol.wake(0);
    }

    /** A token without a byte: nobody will ever look. */
    final int stuck() {
      return (protocol.getVolatile() & WakeWord.TOKEN) != 0 && transport.bytes.get() == 0 ? 1 : 0;
    }
  }

  /** J4: drain, then take. */
  @JCStressTest
  @Outcome(
      id = {"0, 0", "1, 0"},
      expect = ACCEPTABLE)
  @Outcome(
      id = {"0, 1", "1, 1"},
      expect = FORBIDDEN,
      desc = "a token whose byte was eaten")
  @State
  public static class DrainThenTake extends Pending {
    @Actor
    public void waker() {
      d = 1;
      protocol.wake(0);
    }

    @Actor
    public void owner(II_Result r) {
      protocol.take();
      r.r1 = d;
    }

    @Arbiter
    public void end(II_Result r) {
      r.r2 = stuck();
    }
  }

  /** J5: the other way round. */
  @JCStressTest
  @Outcome(
      id = {"0, 0", "1, 0"},
      expect = ACCEPTABLE)
  @State
  public static class TakeThenDrainCanary extends Pending {
    @Actor
    public void waker() {
      d = 1;
      protocol.wake(0);
    }

    @Actor
    public void owner(II_Result r) {
      protocol.getAndAnd(~(WakeWord.TOKEN | WakeWord.REASONS));
      transport.drain();
      r.r1 = d;
    }

    @Arbiter
    public void end(II_Result r) {
      r.r2 = stuck();
    }
  }

  /** J6: no reason is lost, and none is told twice. */
  @JCStressTest
  @Outcome(
      id = {"0, 3", "1, 2", "2, 1", "3, 0"},
      expect = ACCEPTABLE)
  @State
  public static class Reasons {
    private final WakeProtocol protocol = new WakeProtocol(new ParkTransport());

    public Reasons() {
      protocol.wake(1);
    }

    @Actor
    public void waker() {
      protocol.wake(2);
    }

    @Actor
    public void owner(II_Result r) {
      r.r1 = protocol.take().reasons();
    }

    @Arbiter
    public void end(II_Result r) {
      r.r2 = protocol.take().reasons();
    }
  }

  /** J10: nothing touches the transport once it is released, which happens once. */
  @JCStressTest
  @Outcome(
      id = {"1, 0, 0", "1, 0, 1"},
      expect = ACCEPTABLE)
  @State
  public static class WakeAgainstClose {
    private final CountingTransport transport = new CountingTransport();
    private final WakeProtocol protocol = new WakeProtocol(transport);

    public WakeAgainstClose() {
      protocol.becomeKeyed(transport);
    }

    @Actor
    public void waker(III_Result r) {
      r.r3 = protocol.wake(1) == WakeResult.CLOSED ? 0 : 1;
    }

    @Actor
    public void closer() {
      protocol.close();
    }

    @Arbiter
    public void end(III_Result r) {
      r.r1 = transport.released.get();
      r.r2 = transport.afterRelease.get();
      if (protocol.take().reasons() != r.r3) {
        r.r2 = 9; // accepted and not told, or told and not accepted
      }
    }
  }

  /** J11: two close. */
  @JCStressTest
  @Outcome(id = "1, 0", expect = ACCEPTABLE)
  @State
  public static class CloseAgainstClose {
    private final CountingTransport transport = new CountingTransport();
    private final WakeProtocol protocol = new WakeProtocol(transport);

    public CloseAgainstClose() {
      protocol.becomeKeyed(transport);
    }

    @Actor
    public void one() {
      protocol.close();
    }

    @Actor
    public void another() {
      protocol.close();
    }

    @Arbiter
    public void end(II_Result r) {
      r.r1 = transport.released.get();
      r.r2 = transport.afterRelease.get();
    }
  }

  /** A take by a loop against the close that releases what it drains. */
  @JCStressTest
  @Outcome(id = "1, 0", expect = ACCEPTABLE)
  @State
  public static class TakeAgainstClose extends Pending {
    @Actor
    public void loop() {
      protocol.take();
    }

    @Actor
    public void closer() {
      protocol.close();
    }

    @Arbiter
    public void end(II_Result r) {
      r.r1 = transport.released.get();
      r.r2 = transport.afterRelease.get();
    }
  }

  /** An element that was added is found by whoever closes the inbox and takes what is there. */
  @JCStressTest
  @Outcome(
      id = {"0, 0", "1, 1"},
      expect = ACCEPTABLE)
  @State
  public static class OfferAgainstClose {
    private final WaitSource.Inbox<String> inbox = WaitSet.create().inbox();

    @Actor
    public void offerer(II_Result r) {
      r.r1 = inbox.offer("a") ? 1 : 0;
    }

    @Actor
    public void closer(II_Result r) {
      inbox.close();
      r.r2 = inbox.poll() == null ? 0 : 1;
    }
  }

  /** What was accepted before stays, though what is refused is equal to it. */
  @JCStressTest
  @Outcome(
      id = {"0, 1", "1, 1"},
      expect = ACCEPTABLE)
  @Outcome(expect = FORBIDDEN, desc = "the other one is there, or both, or neither")
  @State
  public static class OfferOfAnEqualAgainstClose {
    private final Object first = new ArrayList<>(0);
    private final WaitSource.Inbox<Object> inbox = WaitSet.create().inbox();

    public OfferOfAnEqualAgainstClose() {
      inbox.offer(first);
    }

    @Actor
    public void offerer(II_Result r) {
      r.r1 = inbox.offer(new ArrayList<>(0)) ? 1 : 0;
    }

    @Actor
    public void closer() {
      inbox.close();
    }

    @Arbiter
    public void end(II_Result r) {
      boolean isFirst = inbox.poll() == first;
      boolean isAlone = inbox.poll() == null;
      r.r2 = isFirst && isAlone == (r.r1 == 0) ? 1 : 0;
    }
  }
}
