/* SPDX-License-Identifier: Apache-2.0 */
package dev.keelson.wake;

import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE;
import static org.openjdk.jcstress.annotations.Expect.FORBIDDEN;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.IIII_Result;
import org.openjdk.jcstress.infra.results.II_Result;

/**
 * What is stored before a wake is seen after the take of that wake-up, by whatever store, and also
 * if the wake found a token and became part of it: the cases J1 and J2.
 */
public final class WakePublication {

  private WakePublication() {}

  /** The kinds of stores there are. */
  abstract static class Data {
    private static final VarHandle D;

    static {
      try {
        D = MethodHandles.lookup().findVarHandle(Data.class, "d", int.class);
      } catch (ReflectiveOperationException e) {
        throw new ExceptionInInitializerError(e);
      }
    }

    final WakeProtocol protocol = new WakeProtocol(new ParkTransport());
    int d;

    final void release() {
      D.setRelease(this, 1);
    }

    final void opaque() {
      D.setOpaque(this, 1);
    }

    final void strong() {
      D.setVolatile(this, 1);
    }

    final int take() {
      return protocol.take().isSignalled() ? 1 : 0;
    }
  }

  /** J1: a first wake. */
  @JCStressTest
  @Outcome(
      id = {"0, 0", "0, 1", "1, 1"},
      expect = ACCEPTABLE)
  @Outcome(id = "1, 0", expect = FORBIDDEN, desc = "woken, and blind to what it was woken for")
  @State
  public static class First extends Data {
    @Actor
    public void publisher() {
      d = 1;
      protocol.wake(0);
    }

    @Actor
    public void owner(II_Result r) {
      r.r1 = take();
      r.r2 = d;
    }
  }

  /** J2: a token is there already. */
  abstract static class Joining extends Data {
    Joining() {
      protocol.wake(0);
    }

    final void takeTwice(IIII_Result r) {
      r.r1 = take();
      r.r2 = d;
      r.r3 = take();
    }
  }

  /** J2 with a plain store. */
  @JCStressTest
  @Outcome(
      id = {"1, 0, 0, 1", "1, 0, 1, 0", "1, 1, 0, 0", "1, 1, 0, 1", "1, 1, 1, 0"},
      expect = ACCEPTABLE)
  @Outcome(
      id = "1, 0, 0, 0",
      expect = FORBIDDEN,
      desc = "its wake was part of the token, taken before the data came")
  @State
  public static class JoiningPlain extends Joining {
    @Actor
    public void publisher() {
      d = 1;
      protocol.wake(0);
    }

    @Actor
    public void owner(IIII_Result r) {
      takeTwice(r);
    }

    @Arbiter
    public void end(IIII_Result r) {
      r.r4 = take(); // whether the wake came after all that
    }
  }

  /** J2 with a release store. */
  @JCStressTest
  @Outcome(
      id = {"1, 0, 0, 1", "1, 0, 1, 0", "1, 1, 0, 0", "1, 1, 0, 1", "1, 1, 1, 0"},
      expect = ACCEPTABLE)
  @State
  public static class JoiningRelease extends Joining {
    @Actor
    public void publisher() {
      release();
      protocol.wake(0);
    }

    @Actor
    public void owner(IIII_Result r) {
      takeTwice(r);
    }

    @Arbiter
    public void end(IIII_Result r) {
      r.r4 = take(); // whether the wake came after all that
    }
  }

  /** J2 with an opaque store. */
  @JCStressTest
  @Outcome(
      id = {"1, 0, 0, 1", "1, 0, 1, 0", "1, 1, 0, 0", "1, 1, 0, 1", "1, 1, 1, 0"},
      expect = ACCEPTABLE)
  @State
  public static class JoiningOpaque extends Joining {
    @Actor
    public void publisher() {
      opaque();
      protocol.wake(0);
    }

    @Actor
    public void owner(IIII_Result r) {
      takeTwice(r);
    }

    @Arbiter
    public void end(IIII_Result r) {
      r.r4 = take(); // whether the wake came after all that
    }
  }

  /** J2 with a volatile store. */
  @JCStressTest
  @Outcome(
      id = {"1, 0, 0, 1", "1, 0, 1, 0", "1, 1, 0, 0", "1, 1, 0, 1", "1, 1, 1, 0"},
      expect = ACCEPTABLE)
  @State
  public static class JoiningVolatile extends Joining {
    @Actor
    public void publisher() {
      strong();
      protocol.wake(0);
    }

    @Actor
    public void owner(IIII_Result r) {
      takeTwice(r);
    }

    @Arbiter
    public void end(IIII_Result r) {
      r.r4 = take(); // whether the wake came after all that
    }
  }

  /** J2 without the fence: a look alone says that a token is there. */
  @JCStressTest
  @Outcome(
      id = {"1, 0, 0, 1", "1, 0, 1, 0", "1, 1, 0, 0", "1, 1, 0, 1", "1, 1, 1, 0"},
      expect = ACCEPTABLE)
  @State
  public static class JoiningWithoutFenceCanary extends Joining {
    @Actor
    public void publisher() {
      d = 1;
      if ((protocol.getOpaque() & WakeWord.TOKEN) == 0) {
        protocol.wake(0);
      }
    }

    @Actor
    public void owner(IIII_Result r) {
      takeTwice(r);
    }

    @Arbiter
    public void end(IIII_Result r) {
      r.r4 = take(); // whether the wake came after all that
    }
  }
}
