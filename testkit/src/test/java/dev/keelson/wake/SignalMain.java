/* SPDX-License-Identifier: Apache-2.0 */
package dev.keelson.wake;

import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.time.Duration;

/** Does with signals what it is told, a line at a time. */
final class SignalMain {

  private SignalMain() {}

  public static void main(String[] args) throws Exception {
    Waker waker = Waker.create();
    SignalRoute route = null;
    BufferedReader orders =
        new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
    for (String order = orders.readLine(); order != null; order = orders.readLine()) {
      String[] words = order.split(" ");
      String answer = "ok";
      switch (words[0]) {
        case "support" -> answer = SignalRouter.support(words[1]).name();
        case "route" -> {
          try {
            route = SignalRouter.on(words[1]).to(waker, 1);
          } catch (IllegalStateException refused) {
            answer = "refused: " + refused.getMessage();
          }
        }
        case "raise" -> JvmSignals.get().raise(JvmSignals.get().signal(words[1]));
        case "await" -> answer = waker.await(Duration.ofSeconds(20)) + " " + route.count();
        case "close" -> route.close();
        case "second" ->
            route =
                SignalRouter.on(words[1])
                    .second(Duration.ofSeconds(60), SignalRouter.halt(42))
                    .to((name, count) -> Thread.sleep(60_000));
        case "budget" ->
            route = SignalRouter.on(words[1]).budget(Duration.ofMillis(50)).to(waker, 1);
        case "after" -> {
          Runtime.getRuntime().addShutdownHook(new Thread(() -> System.out.println(">hook")));
          route =
              SignalRouter.on(words[1])
                  .chain(Chain.AFTER)
                  .budget(Duration.ofSeconds(60))
                  .to(waker, 1);
        }
        case "done" -> {
          System.out.println(">ok"); // before the exit that this begins says anything
          route.done();
          continue;
        }
        case "exit" -> route = SignalRouter.on(words[1]).to((name, count) -> System.exit(7));
        default -> throw new IllegalArgumentException(order);
      }
      System.out.println(">" + answer);
    }
  }
}
