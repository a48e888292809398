/* SPDX-License-Identifier: Apache-2.0 */
package dev.keelson.testkit.engines;

import dev.keelson.internal.linux.Kernel;
import dev.keelson.internal.linux.Kernels;
import dev.keelson.internal.linux.Layout;
import dev.keelson.internal.linux.Linux;
import dev.keelson.internal.linux.Region;
import dev.keelson.process.Child;
import dev.keelson.process.Command;
import dev.keelson.process.CommandException;
import dev.keelson.process.ExitStatus;
import dev.keelson.process.Launcher;
import dev.keelson.process.Stdout;
import dev.keelson.testkit.Lane;
import java.io.File;
import java.io.IOException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Collectors;

/** A JVM for what a test cannot do to its own: {@code DEED}. */
final class EngineProbe {

  private static final int ROUNDS = 60;
  private static final long PATIENCE = TimeUnit.SECONDS.toNanos(60);

  /** P_ALL. */
  private static final int EVERYBODY = 0;

  private static final int SIGPROF = 27;

  /** How many signals were sent to the threads of each name. */
  private static final Map<String, AtomicLong> SENT = new ConcurrentHashMap<>();

  private EngineProbe() {}

  public static void main(String[] args) throws Exception {
    switch (args[0]) {
      case "launch" -> {
        System.out.println(Launcher.system().capabilities().engine());
        System.out.println(Launcher.system().run(Command.of("echo", "fine")).stdoutTrimmed());
      }
      case "loaders" -> loaders();
      case "exit" -> exitInTheMiddle();
      case "profiled" -> profiled();
      case "robbed" -> robbed();
      case "stolen" -> stolen();
      case "pipes" -> GrownPipes.prove();
      case "usage" -> ResourceUsage.prove();
      default -> throw new IllegalArgumentException(args[0]);
    }
  }

  /** Two copies of Keelson, of which neither knows of the other. */
  private static void loaders() throws Exception {
    ExecutorService threads = Executors.newFixedThreadPool(4);
    List<Future<?>> work = new ArrayList<>();
    for (int copy = 0; copy < 2; copy++) {
      ClassLoader loader = new URLClassLoader(urls(), ClassLoader.getPlatformClassLoader());
      Method launch = loader.loadClass(EngineProbe.class.getName()).getDeclaredMethod("rounds");
      launch.setAccessible(true);
      for (int i = 0; i < 2; i++) {
        work.add(threads.submit(() -> launch.invoke(null)));
      }
    }
    for (Future<?> each : work) {
      each.get(90, TimeUnit.SECONDS);
    }
    threads.shutdown();
    long loops =
        Thread.getAllStackTraces().keySet().stream()
            .filter(thread -> thread.getName().equals("keelson-loop"))
            .count();
    System.out.println("fine, " + loops + " loops");
    System.exit(0);
  }

  private static URL[] urls() throws Exception {
    List<URL> urls = new ArrayList<>();
    for (String entry : System.getProperty("java.class.path").split(File.pathSeparator)) {
      urls.add(Path.of(entry).toUri().toURL());
    }
    return urls.toArray(new URL[0]);
  }

  /** Launches whose exit codes and outputs are all different. */
  static void rounds() throws Exception {
    for (int i = 0; i < ROUNDS; i++) {
      int code = ThreadLocalRandom.current().nextInt(256);
      var result =
          Launcher.system()
              .run(Command.of("/bin/sh", "-c", "echo $0; exit $0", "" + code).anyExit());
      if (result.exitCode() != code || !result.stdoutTrimmed().equals("" + code)) {
        throw new AssertionError(code + " became " + result);
      }
    }
  }

  /** Launches go on while the JVM goes down. */
  private static void exitInTheMiddle() throws Exception {
    for (int i = 0; i < 4; i++) {
      Thread thread = new Thread(EngineProbe::launchForever);
      thread.setDaemon(true);
      thread.start();
    }
    TimeUnit.MILLISECONDS.sleep(300 + ThreadLocalRandom.current().nextInt(200));
    System.exit(0);
  }

  private static void launchForever() {
    while (true) {
      try {
        Launcher.system().start(Command.of("/bin/sh", "-c", "sleep 40 & exec sleep 40"));
        Launcher.system().run(Command.of("echo", "a"));
        TimeUnit.MILLISECONDS.sleep(1);
      } catch (CommandException | IllegalStateException e) {
        // The JVM goes down.
      } catch (InterruptedException e) {
        return;
      }
    }
  }

  /** Under a thousand signals a second. */
  private static void profiled() throws Exception {
    AtomicLong signals = new AtomicLong();
    Class<?> type = Class.forName("sun.misc.Signal");
    Class<?> handler = Class.forName("sun.misc.SignalHandler");
    Object counting =
        Proxy.newProxyInstance(
            EngineProbe.class.getClassLoader(),
            new Class<?>[] {handler},
            (proxy, method, arguments) -> signals.incrementAndGet());
    Object signal = type.getConstructor(String.class).newInstance("PROF");
    type.getMethod("handle", type, handler).invoke(null, signal, counting);
    Process sender = null;
    if (Lane.isNative()) {
      Thread thread = new Thread(EngineProbe::signalEachThread, "sender");
      thread.setDaemon(true);
      thread.start();
    } else {
      sender = signalTheFirstThread();
    }
    try {
      ExecutorService threads = Executors.newFixedThreadPool(2);
      List<Future<?>> work = new ArrayList<>();
      for (int i = 0; i < 2; i++) {
        work.add(
            threads.submit(
                () -> {
                  long start = System.nanoTime();
                  do {
                    rounds();
                  } while (!isEnough(signals.get())
                      && System.nanoTime() - start < TimeUnit.SECONDS.toNanos(30));
                  return null;
                }));
      }
      for (Future<?> each : work) {
        each.get(90, TimeUnit.SECONDS);
      }
      boolean enough = isEnough(signals.get());
      System.out.println(enough ? "fine" : "only " + signals + " signals, sent: " + SENT);
      System.out.flush();
    } finally {
      if (sender != null) {
        sender.destroyForcibly().waitFor();
      }
    }
    Runtime.getRuntime().halt(0);
  }

  /** Also for a loaded machine. */
  private static boolean isEnough(long handled) {
    return handled > ROUNDS && (!Lane.isNative() || SENT.containsKey("keelson-loop"));
  }

  /** The system gives a signal for all threads to the first, unless that blocks it. */
  private static Process signalTheFirstThread() throws IOException {
    return new ProcessBuilder(
            "/bin/sh",
            "-c",
            "while kill -PROF $0 2>/dev/null; do i=0; while [ $i -lt 600 ]; do i=$((i+1));"
                + " done; done",
            "" + ProcessHandle.current().pid())
        .start();
  }

  /** By turns, those of the JVM's own included. */
  private static void signalEachThread() {
    long tgkill = System.getProperty("os.arch").equals("aarch64") ? 131 : 234;
    long pid = ProcessHandle.current().pid();
    Path tasks = Path.of("/proc/self/task");
    while (true) {
      String[] tids = tasks.toFile().list();
      for (String tid : tids == null ? new String[0] : tids) {
        try {
          String name = Files.readString(tasks.resolve(tid).resolve("comm")).strip();
          if (SystemCall.make(tgkill, pid, Long.parseLong(tid), SIGPROF, 0) == 0) {
            SENT.computeIfAbsent(name, unused -> new AtomicLong()).incrementAndGet();
          }
        } catch (IOException e) {
          continue; // it has ended
        }
        LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(1));
      }
    }
  }

  /** Other code closes what it did not open. */
  private static void robbed() throws Exception {
    Launcher.system().run(Command.of("true"));
    Set<Integer> before = descriptors();
    Child child =
        Launcher.system().start(Command.of("sleep", "40").stdout(Stdout.pipe()).untracked());
    Set<Integer> opened = descriptors();
    opened.removeAll(before);
    for (int fd : opened) {
      Kernels.real().close(fd);
    }
    for (Callable<?> use :
        List.<Callable<?>>of(() -> child.stdout().read(), () -> child.signal("TERM"))) {
      try {
        System.out.println(use.call());
      } catch (IOException e) {
        System.out.println(e.getMessage());
      }
    }
    child.stdout().close();
    child.asProcess().toHandle().destroyForcibly();
    System.out.flush();
    Runtime.getRuntime().halt(0);
  }

  /** Other code reaps whoever ends. */
  private static void stolen() throws Exception {
    Launcher launcher = Launcher.builder().orphanGuard(false).build();
    launcher.run(Command.of("true"));
    Thread thief =
        new Thread(
            () -> {
              Kernel kernel = Kernels.real();
              Region region = kernel.allocate(Layout.SIGINFO);
              while (true) {
                kernel.waitid(EVERYBODY, 0, region, 0, Linux.WEXITED | Linux.WNOHANG, -1);
              }
            });
    thief.setDaemon(true);
    thief.start();
    int lost = 0;
    long start = System.nanoTime();
    // On a busy machine the thief may not have run at all yet.
    for (int i = 0; i < ROUNDS || lost == 0 && System.nanoTime() - start < PATIENCE; i++) {
      ExitStatus status = launcher.run(Command.shell("exit 7").anyExit()).status();
      if (status instanceof ExitStatus.Unknown unknown && unknown.reason().contains("reaped")) {
        lost++;
      } else if (!status.equals(new ExitStatus.Exited(7))) {
        throw new AssertionError("exit 7 became " + status);
      }
    }
    System.out.println(lost > 0 ? "fine" : "the thief was never first");
    System.out.flush();
    Runtime.getRuntime().halt(0);
  }

  private static Set<Integer> descriptors() throws IOException {
    try (var entries = Files.list(Path.of("/proc/self/fd"))) {
      return entries
          .filter(entry -> !Files.isDirectory(entry)) // not those of the list itself
          .map(entry -> Integer.parseInt(entry.getFileName().toString()))
          .collect(Collectors.toCollection(TreeSet::new));
    }
  }
}
