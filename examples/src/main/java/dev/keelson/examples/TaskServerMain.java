/* SPDX-License-Identifier: Apache-2.0 */
package dev.keelson.examples;

import java.io.IOException;
import java.io.InputStream;
import java.lang.management.ManagementFactory;
import java.net.HttpURLConnection;
import java.net.URI;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import javax.management.JMException;
import javax.management.ObjectName;

/**
 * The JVM of one {@link TaskServer} and its clients, who create, read and delete Tasks in loops.
 * Prints what {@link S6TaskServer} reads: the response times, and what the cache retains in the
 * end.
 */
final class TaskServerMain {

  private static final int CLIENTS = 2;

  /** Tasks that a client has at a time; the oldest is deleted when the next is created. */
  private static final int KEPT = 100;

  private TaskServerMain() {}

  private record Response(long since, long nanos) {}

  public static void main(String[] args) throws Exception {
    Bond bond = Bond.valueOf(args[0]);
    int tasks = Integer.parseInt(args[1]);
    try (TaskServer server = new TaskServer(bond)) {
      load(server.address(), "warm", tasks / 4);
      server.forgetLastSeen();
      List<Response> responses = load(server.address(), "task", tasks);
      long with = liveBytes();
      int seen = server.forgetLastSeen();
      System.out.println("retained " + (with - liveBytes()) + " " + seen);
      print(responses);
    }
    System.exit(0); // whatever the HTTP client keeps
  }

  private static List<Response> load(String address, String name, int tasks) throws Exception {
    ExecutorService clients = Executors.newFixedThreadPool(CLIENTS);
    try {
      long began = System.nanoTime();
      List<Future<List<Response>>> work = new ArrayList<>();
      for (int i = 0; i < CLIENTS; i++) {
        String prefix = address + name + i + "-";
        work.add(clients.submit(() -> client(prefix, tasks / CLIENTS, began)));
      }
      List<Response> all = new ArrayList<>();
      for (Future<List<Response>> each : work) {
        all.addAll(each.get());
      }
      return all;
    } finally {
      clients.shutdownNow();
    }
  }

  private static List<Response> client(String prefix, int tasks, long began) throws IOException {
    List<Response> responses = new ArrayList<>();
    for (int i = 0; i < tasks + KEPT; i++) {
      if (i < tasks) {
        responses.add(request("POST", prefix + i, began));
        responses.add(request("GET", prefix + i, began));
        responses.add(request("GET", prefix + Math.max(0, i - KEPT / 2), began));
      }
      if (i >= KEPT) {
        responses.add(request("DELETE", prefix + (i - KEPT), began));
      }
    }
    return responses;
  }

  private static Response request(String method, String url, long began) throws IOException {
    long before = System.nanoTime();
    HttpURLConnection connection = (HttpURLConnection) URI.create(url).toURL().openConnection();
    connection.setRequestMethod(method);
    connection.setConnectTimeout(5_000);
    connection.setReadTimeout(20_000);
    try (InputStream answer = connection.getInputStream()) {
      answer.readAllBytes();
    }
    long now = System.nanoTime();
    return new Response(now - began, now - before);
  }

  /** The bytes of all objects that are alive, as the collector counts them. */
  private static long liveBytes() throws JMException {
    String histogram =
        (String)
            ManagementFactory.getPlatformMBeanServer()
                .invoke(
                    new ObjectName("com.sun.management:type=DiagnosticCommand"),
                    "gcClassHistogram",
                    new Object[] {new String[0]},
                    new String[] {String[].class.getName()});
    String total =
        histogram.lines().filter(line -> line.startsWith("Total")).findFirst().orElseThrow();
    return Long.parseLong(total.trim().split(" +")[2]);
  }

  /** Percentiles, then the slowest response of each fiftieth of a second. */
  private static void print(List<Response> responses) {
    long[] sorted = responses.stream().mapToLong(Response::nanos).sorted().toArray();
    System.out.println("p50 " + micros(sorted, 0.5));
    System.out.println("p99 " + micros(sorted, 0.99));
    System.out.println("max " + micros(sorted, 1));
    long[] slowest = new long[1 + (int) (latest(responses) / 20_000_000)];
    for (Response response : responses) {
      int at = (int) (response.since() / 20_000_000);
      slowest[at] = Math.max(slowest[at], response.nanos() / 1_000);
    }
    System.out.println("slowest " + Arrays.toString(slowest).replaceAll("[^0-9 ]", ""));
  }

  private static long latest(List<Response> responses) {
    return responses.stream().mapToLong(Response::since).max().orElse(0);
  }

  private static long micros(long[] sorted, double part) {
    return sorted[Math.min(sorted.length - 1, (int) (sorted.length * part))] / 1_000;
  }
}
