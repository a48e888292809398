/* SPDX-License-Identifier: Apache-2.0 */
package dev.keelson.lock;

import java.util.ArrayList;
import java.util.List;
import javax.annotation.Nullable;

/** What is said of a violation. */
final class OrderTexts {

  private OrderTexts() {}

  static LockOrderException violation(OrderGraph.Violation violation) {
    OrderGraph.Edge now = violation.edge();
    List<String> path = new ArrayList<>();
    path.add(now.to().name);
    StringBuilder text = new StringBuilder("lock order violated: thread \"");
    text.append(Thread.currentThread().getName()).append("\" asks for ").append(now.to());
    text.append(" while it holds ").append(now.from());
    text.append(
        ", and the other order was seen before; threads that do both at the same time wait");
    text.append(" for each other for ever. Take them in one order, or use tryLock().");
    line(text, "now", now);
    for (OrderGraph.Edge before : violation.before()) {
      line(text, "before", before);
      path.add(before.to().name);
    }
    AcquisitionSite first = violation.before().get(0).asked();
    return new LockOrderException(
        text.toString(),
        now.from().name,
        now.to().name,
        List.copyOf(path),
        first == null
            ? null
            : first.asThrowable(
                violation.before().get(0).to()
                    + " was asked for here while "
                    + violation.before().get(0).from()
                    + " was held, by thread \""
                    + first.threadName
                    + "\""));
  }

  private static void line(StringBuilder text, String when, OrderGraph.Edge edge) {
    text.append("\n  ").append(when).append(": ").append(edge.from());
    text.append(" (taken at ").append(shown(edge.taken())).append(") then ").append(edge.to());
    text.append(" (asked for at ").append(shown(edge.asked())).append(')');
    if (edge.asked() != null) {
      text.append(" by thread \"").append(edge.asked().threadName).append('"');
    }
  }

  private static String shown(@Nullable AcquisitionSite site) {
    return site == null ? "a place not recorded" : site.brief();
  }

  static LockOrderException sameName(LockObserver held) {
    String name = held.kind.name;
    return same(
        name,
        "asks for a second lock of the name \""
            + name
            + "\" while it holds one; two threads that take two of them in different orders wait for"
            + " each other for ever. If the program keeps an order among them, say so with"
            + " allowNesting(\""
            + name
            + "\").",
        held);
  }

  static LockOrderException rank(LockObserver held, LockObserver asked) {
    return same(
        held.kind.name,
        "asks for stripe "
            + asked.rank
            + " of \""
            + held.kind.name
            + "\" while it holds stripe "
            + held.rank
            + "; take several stripes together with lockAll(keys), which sorts them.",
        held);
  }

  private static LockOrderException same(String name, String what, LockObserver held) {
    return new LockOrderException(
        "lock order violated: thread \""
            + Thread.currentThread().getName()
            + "\" "
            + what
            + "\n  held: taken at "
            + shown(held.site())
            + "\n  now:  asked for at "
            + shown(AcquisitionSite.orNull()),
        name,
        name,
        List.of(name, name),
        null);
  }
}
