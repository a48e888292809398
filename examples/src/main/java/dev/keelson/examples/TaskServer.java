/* SPDX-License-Identifier: Apache-2.0 */
package dev.keelson.examples;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.keelson.examples.Bond.Item;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/**
 * A server of Tasks that own Subtasks: {@code POST}, {@code GET} and {@code DELETE} of {@code
 * /tasks/ID}. A Subtask knows its Task. The server remembers the Subtask that was last looked at of
 * each Task, and forgets to forget it when the Task is deleted.
 */
final class TaskServer implements AutoCloseable {

  private static final int SUBTASKS = 250;

  private final Bond bond;
  private final Map<String, Item> tasks = new ConcurrentHashMap<>();
  private final Map<String, Item> lastSeen = new ConcurrentHashMap<>();
  private final ExecutorService threads = Executors.newFixedThreadPool(2);
  private final HttpServer http;

  TaskServer(Bond bond) throws IOException {
    this.bond = bond;
    http = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    http.setExecutor(threads);
    http.createContext("/tasks/", this::handle);
    http.start();
  }

  /** Where it listens. */
  String address() {
    return "http://" + InetAddress.getLoopbackAddress().getHostAddress() + ":" + port() + "/tasks/";
  }

  private int port() {
    return http.getAddress().getPort();
  }

  /** Empties the cache; says how much was in it. */
  int forgetLastSeen() {
    int seen = lastSeen.size();
    lastSeen.clear();
    return seen;
  }

  private void handle(HttpExchange exchange) throws IOException {
    try (exchange) {
      String id = exchange.getRequestURI().getPath().substring("/tasks/".length());
      byte[] answer = answer(exchange.getRequestMethod(), id).getBytes(UTF_8);
      exchange.sendResponseHeaders(200, answer.length);
      exchange.getResponseBody().write(answer);
    }
  }

  private String answer(String method, String id) {
    return switch (method) {
      case "POST" -> create(id);
      case "DELETE" -> tasks.remove(id) == null ? "no such task" : "deleted";
      default -> read(id);
    };
  }

  private String create(String id) {
    Item task = bond.root("task " + id);
    for (int i = 0; i < SUBTASKS; i++) {
      task.add("subtask " + id + "." + i);
    }
    tasks.put(id, task);
    return "created";
  }

  private String read(String id) {
    Item task = tasks.get(id);
    if (task == null) {
      return "no such task";
    }
    int length = 0;
    Item last = task;
    for (Item subtask : task.children()) {
      length += subtask.name().length();
      last = subtask;
    }
    lastSeen.put(id, last);
    Item owner = last.parent();
    return (owner == null ? "nobody" : owner.name()) + " has " + length + " letters";
  }

  @Override
  public void close() {
    http.stop(0);
    threads.shutdownNow();
  }
}
