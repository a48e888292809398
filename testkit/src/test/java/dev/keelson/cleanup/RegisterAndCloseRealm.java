/* SPDX-License-Identifier: Apache-2.0 */
package dev.keelson.cleanup;

import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.Expect;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.ZII_Result;

/** A stripe is closed while a node comes in: it is refused, or found by who closes. */
@JCStressTest
@Outcome(id = "false, 0, 0", expect = Expect.ACCEPTABLE, desc = "Refused, and not in.")
@Outcome(id = "true, 1, 0", expect = Expect.ACCEPTABLE, desc = "In, and found.")
@State
public class RegisterAndCloseRealm {

  private final Stripe stripe = new Stripe(0);
  private final Node<Object> node =
      new Node<>(
          Waiting.OWNER,
          "state",
          new Kind<>(Waiting.REGISTRY, state -> {}, String.class, Object.class));

  /** As a registration does it. */
  @Actor
  public void register(ZII_Result r) {
    r.r1 = stripe.insert(node, 0, 1, Waiting.REGISTRY) != Stripe.Inserted.CLOSED;
  }

  /** As the close of the realm does it. */
  @Actor
  public void close(ZII_Result r) {
    stripe.close();
    for (Node<?> last = stripe.last(); last != null; last = stripe.last()) {
      r.r2 += stripe.remove(last) == Node.OUT ? 0 : 1;
    }
  }

  /** What is left. */
  @Arbiter
  public void left(ZII_Result r) {
    r.r3 = stripe.size();
  }
}
