/* SPDX-License-Identifier: Apache-2.0 */
package dev.keelson.examples;

import dev.keelson.testkit.Gc;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

/** References that everybody forgets, and a test that names them. */
final class S8ForgottenReferences implements Story {

  /** A request: whoever keeps it by accident keeps its page. */
  static final class Request {
    private final byte[] page = new byte[1 << 20];

    int size() {
      return page.length;
    }
  }

  /** Carries the request that has failed along. */
  static final class RequestFailed extends RuntimeException {
    private static final long serialVersionUID = 1;

    @SuppressWarnings("unused") // for whoever handles it
    private final transient Request request;

    RequestFailed(Request request) {
      super("failed");
      this.request = request;
    }
  }

  /** Where the program notes things. */
  static final class Server {
    static final Deque<Throwable> LAST_FAILURES = new ArrayDeque<>();
    static final List<Runnable> AFTERWARDS = new ArrayList<>();
    static final ThreadLocal<Request> CURRENT = new ThreadLocal<>();

    private Server() {}
  }

  @Override
  public String id() {
    return "S8";
  }

  @Override
  public String title() {
    return "forgotten references: exceptions, lambdas, thread locals";
  }

  @Override
  public void tell(Stage stage) throws Exception {
    stage.say(
        "A request is done, and something keeps it: the last failure, an action for later that"
            + " captures it, a thread local of a pool's thread. Gc.assertCollectable fails, and"
            + " says what holds it.");
    ExecutorService pool = Executors.newFixedThreadPool(1, task -> new Thread(task, "pool-1"));
    try {
      tryOut(
          stage, "the last exception", S8ForgottenReferences::failing, Server.LAST_FAILURES::clear);
      tryOut(stage, "a lambda", S8ForgottenReferences::deferring, Server.AFTERWARDS::clear);
      tryOut(
          stage,
          "a thread local",
          () -> onPool(pool, S8ForgottenReferences::remembering),
          () -> onPool(pool, S8ForgottenReferences::forgetting));
    } finally {
      pool.shutdown();
      stage.expect(pool.awaitTermination(10, TimeUnit.SECONDS), "the pool has ended");
    }
  }

  private static Request failing() {
    Request request = new Request();
    Server.LAST_FAILURES.add(new RequestFailed(request));
    return request;
  }

  private static Request deferring() {
    Request request = new Request();
    Server.AFTERWARDS.add(() -> System.out.println(request.size()));
    return request;
  }

  private static Request remembering() {
    Request request = new Request();
    Server.CURRENT.set(request);
    return request;
  }

  private static Request forgetting() {
    Server.CURRENT.remove();
    return new Request();
  }

  private static Request onPool(ExecutorService pool, Supplier<Request> task) {
    try {
      return pool.submit(task::get).get(10, TimeUnit.SECONDS);
    } catch (Exception e) {
      throw new IllegalStateException("the pool does not work", e);
    }
  }

  private static void tryOut(Stage stage, String what, Supplier<Request> broken, Runnable cure)
      throws Exception {
    String message = stage.step(what, () -> failure(broken));
    stage.say(what + ":");
    stage.show(message);
    stage.wound(!message.isEmpty(), what + " keeps a request that is done");
    stage.expect(message.contains("reachable"), what + " is found");
    String after =
        stage.step(
            what + ", cured",
            () ->
                failure(
                    () -> {
                      Request request = broken.get();
                      cure.run();
                      return request;
                    }));
    stage.expect(after.isEmpty(), what + " lets go once it is cured: " + after);
    stage.row("what keeps a request that is done", what, "named by Gc.assertCollectable");
  }

  private static String failure(Supplier<Request> supplier) {
    try {
      Gc.assertCollectable(supplier);
      return "";
    } catch (AssertionError e) {
      return String.valueOf(e.getMessage());
    }
  }
}
