/* SPDX-License-Identifier: Apache-2.0 */
package dev.keelson.wake;

import dev.keelson.internal.linux.Kernels;
import java.io.BufferedReader;
import java.io.FileInputStream;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.channels.Selector;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** Waits under circumstances that others make, as it is told, a line at a time. */
final class WakeMain {

  private WakeMain() {}

  public static void main(String[] args) throws Exception {
    Selector selector = Selector.open();
    List<Waker> wakers = new ArrayList<>(List.of(Waker.create(), Waker.on(selector)));
    if (Kernels.whyNot().isEmpty()) {
      wakers.add(Waker.onDescriptor());
    }
    SignalRoute route = SignalRouter.on("WINCH").to((name, count) -> {});
    BufferedReader orders =
        new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
    for (String order = orders.readLine(); order != null; order = orders.readLine()) {
      String[] words = order.split(" ");
      String answer =
          switch (words[0]) {
            case "wakers" -> String.valueOf(wakers.size());
            case "await" ->
                await(
                    wakers.get(Integer.parseInt(words[1])),
                    Duration.ofMillis(Long.parseLong(words[2])));
            case "wake" -> wakeAndWait(wakers.get(Integer.parseInt(words[1])));
            case "signals" -> String.valueOf(route.count());
            case "exhaust" -> exhaust(selector);
            default -> throw new IllegalArgumentException(order);
          };
      System.out.println(">" + answer);
    }
  }

  private static String await(Waker waker, Duration time) throws InterruptedException {
    System.out.println(">awaits");
    long began = System.nanoTime();
    Wakeup wakeup = waker.await(time);
    return wakeup + " " + TimeUnit.NANOSECONDS.toMicros(System.nanoTime() - began);
  }

  private static String wakeAndWait(Waker waker) throws InterruptedException {
    Thread other = new Thread(() -> waker.wake(4));
    other.start();
    Wakeup wakeup = waker.await(Duration.ofSeconds(20));
    other.join();
    return wakeup.toString();
  }

  /** Takes all descriptors, asks for wakers that need some, and gives all back. */
  private static String exhaust(Selector selector) throws Exception {
    probe(
        selector, new ArrayList<>(List.of(new FileInputStream("/dev/null")))); // loads all classes
    List<FileInputStream> taken = new ArrayList<>();
    try {
      while (true) {
        taken.add(new FileInputStream("/dev/null"));
      }
    } catch (IOException full) {
      return probe(selector, taken);
    }
  }

  private static String probe(Selector selector, List<FileInputStream> taken) throws Exception {
    List<String> answers = new ArrayList<>();
    try (Waker parked = Waker.create()) {
      answers.add(parked.wake() + "");
    }
    answers.add(key(selector));
    if (Kernels.whyNot().isEmpty()) {
      try (Waker polls = Waker.onDescriptor()) {
        answers.add("a descriptor");
      } catch (IOException none) {
        answers.add("no descriptor");
      }
    }
    taken.remove(0).close();
    answers.add(key(selector)); // one is not enough for a pipe...
    new FileInputStream("/dev/null").close(); // ...and must not be kept
    for (FileInputStream each : taken) {
      each.close();
    }
    answers.add(key(selector));
    return String.join(", ", answers);
  }

  private static String key(Selector selector) throws IOException {
    try (Waker waker = Waker.create()) {
      waker.register(selector);
      waker.wake(1);
      selector.select(10_000);
      selector.selectedKeys().clear();
      return "a key, " + waker.tryTake();
    } catch (IOException none) {
      return "no key";
    } finally {
      selector.selectNow();
    }
  }
}
