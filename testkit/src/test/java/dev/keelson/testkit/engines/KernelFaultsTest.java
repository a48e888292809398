/* SPDX-License-Identifier: Apache-2.0 */
package dev.keelson.testkit.engines;

import static java.time.Duration.ofMillis;
import static java.time.Duration.ofSeconds;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.keelson.internal.linux.Kernels;
import dev.keelson.internal.linux.Linux;
import dev.keelson.internal.linux.SpawnPlan;
import dev.keelson.internal.spawn.ReadEnd;
import dev.keelson.internal.spawn.SpawnEngine;
import dev.keelson.internal.spawn.SpawnRequest;
import dev.keelson.internal.spawn.Spawned;
import dev.keelson.internal.spawn.linux.LinuxEngine;
import dev.keelson.internal.spawn.portable.PortableEngine;
import dev.keelson.process.Child;
import dev.keelson.process.Command;
import dev.keelson.process.CommandException;
import dev.keelson.process.EngineLaunchers;
import dev.keelson.process.LaunchException;
import dev.keelson.process.Launcher;
import dev.keelson.process.Result;
import dev.keelson.process.Stdin;
import dev.keelson.process.Stdout;
import dev.keelson.testkit.LeakError;
import dev.keelson.testkit.LeakScope;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.lang.reflect.InvocationHandler;
import java.lang.reflect.Proxy;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.UnaryOperator;
import javax.annotation.Nullable;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledIf;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Isolated;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Every call that a launch makes is refused once, the first, the second and so on: the caller is
 * told or not concerned, nothing is left behind, and the next launch works.
 */
@Tag("process")
@Isolated("the leak oracle sees the whole JVM")
@Timeout(120)
@EnabledIf("isThisLanes")
class KernelFaultsTest {

  private static final int BELL = 8;
  private static final int ENOSPC = 28;
  private static final int EIO = 5;

  /** A slice refuses every fourth. */
  private static final int STRIDE = "full".equals(System.getProperty("keelson.stress")) ? 1 : 4;

  @TempDir Path dir;

  /** Refuses one call. */
  private final AtomicInteger countdown = new AtomicInteger(Integer.MAX_VALUE);

  private volatile @Nullable String refused;
  private volatile Set<String> wanted = Set.of();
  private volatile boolean forgetful;

  private final Launcher launcher =
      EngineLaunchers.over(
              LinuxEngine.create(RefusingKernel.judged(this::judge), PortableEngine.create()))
          .orphanGuard(false)
          .build();

  static boolean isThisLanes() {
    return Kernels.whyNot().isEmpty();
  }

  private Object judge(String call, Object[] arguments, RefusingKernel.RealCall real)
      throws Throwable {
    boolean concerned =
        switch (call) {
          case "message", "environment", "sigaction" -> false;
          // A counter that is not full takes what is written to it.
          case "write" -> !arguments[3].equals(BELL);
          default -> true;
        };
    if (!concerned
        || !(wanted.isEmpty() || wanted.contains(call))
        || countdown.decrementAndGet() != 0) {
      return real.make();
    }
    refused = call;
    return refusal(call, arguments, real);
  }

  /** What a system may well answer. */
  private Object refusal(String call, Object[] arguments, RefusingKernel.RealCall real)
      throws Throwable {
    return switch (call) {
      case "allocate" -> throw new OutOfMemoryError("injected");
      case "close" -> {
        Object unused = forgetful ? null : real.make(); // the number is free whatever it says
        yield -EIO;
      }
      case "open", "pipe", "eventfd", "epollCreate", "pidfdOpen" -> -Linux.EMFILE;
      case "fcntl" -> arguments[1].equals(Linux.F_DUPFD_CLOEXEC) ? -Linux.EMFILE : -Linux.EPERM;
      case "access" -> -Linux.EACCES;
      case "epollControl" -> {
        boolean delete = arguments[1].equals(Linux.EPOLL_CTL_DEL);
        yield delete ? -Linux.ENOENT : -ENOSPC;
      }
      case "epollWait", "waitid" -> -Linux.EINTR;
      case "spawn" -> -Linux.EAGAIN;
      case "pidfdSendSignal", "kill" -> -Linux.EPERM;
      case "write" -> -Linux.EPIPE;
      case "read", "available" -> -EIO;
      default -> throw new AssertionError("no errno is plausible for " + call);
    };
  }

  private void refuse(int number, String... calls) {
    refused = null;
    wanted = Set.of(calls);
    countdown.set(number);
  }

  /** Something to do with a child. */
  interface Launch {
    void run() throws Exception;
  }

  private void captures() throws Exception {
    Result result =
        launcher.run(
            Command.shell("cat; echo err >&2")
                .stdin(Stdin.bytes(new byte[100_000]))
                .timeout(ofSeconds(5)));
    if (!"write".equals(refused)) { // a child that takes no more input is no failure
      assertEquals(100_000, result.stdout().length);
    }
    assertEquals("err\n", result.stderrText());
  }

  private void talks() throws Exception {
    try (Child child =
        launcher.start(
            Command.of("cat").stdin(Stdin.pipe()).stdout(Stdout.pipe()).grace(ofMillis(50)))) {
      child.stdin().write(new byte[] {'a', '\n'});
      child.stdin().flush();
      if (child.stdout().read() != 'a') {
        child.result(); // says why it was ended
        throw new AssertionError("there was no output, and no reason");
      }
      child.signal("TERM");
      child.await(ofSeconds(5));
    }
  }

  private void redirects() throws Exception {
    launcher.run(
        Command.shell("cat; sleep 0.01")
            .stdin(Stdin.file(Path.of("/dev/null")))
            .stdout(Stdout.file(dir.resolve("out")))
            .stderr(Stdout.append(dir.resolve("err")))
            .timeout(ofSeconds(5)));
  }

  private void pipes() throws Exception {
    launcher.run(Command.of("echo", "a").pipe(Command.of("cat").timeout(ofSeconds(5))));
  }

  private void endsATree() throws Exception {
    try (Child child = launcher.start(Command.shell("sleep 30 & exec sleep 30"))) {
      child.terminate(Duration.ZERO);
    }
  }

  private void findsNothing() throws Exception {
    assertThrows(LaunchException.class, () -> launcher.run(Command.of("/none/such")));
  }

  @Test
  void shouldLeaveNothingWhicheverCallOfALaunchIsRefused() throws Exception {
    Map<String, Set<String>> told = new TreeMap<>();
    for (Launch launch :
        List.<Launch>of(
            this::captures,
            this::talks,
            this::redirects,
            this::pipes,
            this::endsATree,
            this::findsNothing)) {
      refuse(0);
      launch.run(); // what is made once is made
      for (int number = 1; ; number += STRIDE) {
        LeakScope oracle = LeakScope.open().within(ofSeconds(20));
        refuse(number);
        String said;
        try {
          said = saidBy(launch);
        } catch (AssertionError e) {
          throw new AssertionError("after " + refused + " was refused as call " + number, e);
        }
        countdown.set(Integer.MAX_VALUE);
        String what = refused;
        if (what == null) {
          break; // there are no more calls
        }
        told.computeIfAbsent(what, call -> new TreeSet<>()).add(said);
        try {
          oracle.assertNoLeaks();
        } catch (LeakError e) {
          throw new AssertionError("after " + what + " was refused as call " + number, e);
        }
        assertEquals("fine", launcher.run(Command.of("echo", "fine")).stdoutTrimmed(), what);
      }
    }
    assertTrue(told.size() > 8, told::toString);
    launcher.close();
    if (STRIDE > 1) {
      return;
    }
    for (String call : List.of("spawn", "pipe", "pidfdOpen", "open")) {
      assertTrue(told.get(call).contains("ResourceLimit"), call + ": " + told);
    }
    for (String call : List.of("close", "waitid", "epollWait", "access")) {
      assertTrue(told.get(call).contains("nothing"), call + ": " + told);
    }
    assertTrue(told.keySet().containsAll(Set.of("read", "write", "epollControl")), told::toString);
  }

  private static String saidBy(Launch launch) {
    try {
      launch.run();
      return "nothing";
    } catch (CommandException e) {
      return e.getClass().getSimpleName();
    } catch (IOException e) {
      return "IOException";
    } catch (Exception e) {
      throw new AssertionError("not typed", e);
    }
  }

  @Test
  void shouldLeaveNothingWhenTheFirstStartIsRefusedWhatItNeeds() throws Exception {
    List<String> told = new ArrayList<>();
    LeakScope oracle = LeakScope.open().within(ofSeconds(20));
    for (String call : List.of("epollCreate", "eventfd", "epollControl")) {
      refuse(1, call);
      told.add(saidBy(() -> launcher.run(Command.of("true"))));
      oracle.assertNoLeaks();
      assertEquals(call, refused);
    }
    assertEquals(List.of("ResourceLimit", "ResourceLimit", "ResourceLimit"), told);
    refuse(0);
    captures();
    launcher.close();
  }

  /** A process is there by then, and nobody else knows of it. */
  @Test
  void shouldGoOnOnceThereIsMemoryToWatchAProcess() throws Exception {
    LeakScope oracle = LeakScope.open().within(ofSeconds(20));
    for (String last : List.of("pidfdOpen", "waitid", "epollControl")) {
      AtomicInteger shortages = new AtomicInteger();
      SpawnEngine engine =
          LinuxEngine.create(
              RefusingKernel.judged(
                  (call, arguments, real) -> {
                    if (call.equals(last) && shortages.getAndDecrement() > 0) {
                      throw new OutOfMemoryError("injected");
                    }
                    Object answer = real.make();
                    if (call.equals("spawn") && (int) answer > 0) {
                      shortages.set(3);
                    }
                    return answer;
                  }),
              PortableEngine.create());
      try (Launcher starved = EngineLaunchers.over(engine).orphanGuard(false).build()) {
        assertEquals("a", starved.run(Command.of("/bin/echo", "a")).stdoutTrimmed(), last);
      }
      assertTrue(shortages.get() <= 0, last);
    }
    oracle.assertNoLeaks();
    launcher.close();
  }

  private static boolean isControl(String call, Object[] arguments, int operation) {
    return call.equals("epollControl") && arguments[1].equals(operation);
  }

  private static Launcher over(RefusingKernel.Judge judge) {
    SpawnEngine engine = LinuxEngine.create(RefusingKernel.judged(judge), PortableEngine.create());
    return EngineLaunchers.over(engine).orphanGuard(false).build();
  }

  /** The request was in the queue, and nobody rang. */
  @Test
  void shouldReapAChildOnceThereIsMemoryToAskTheLoopForIt() throws Exception {
    AtomicInteger shortages = new AtomicInteger();
    RefusingKernel.Judge judge =
        (call, arguments, real) -> {
          boolean looks =
              call.equals("waitid")
                  && ((int) arguments[4] & Linux.WNOWAIT) != 0
                  && (int) arguments[5] >= 0; // for the report, and not whose it is
          boolean rings = call.equals("write") && arguments[3].equals(BELL);
          if ((looks && shortages.compareAndSet(0, 1))
              || (rings && shortages.compareAndSet(1, 2))) {
            throw new OutOfMemoryError("injected");
          }
          return real.make();
        };
    try (Launcher starved = over(judge);
        Child child = starved.start(Command.of("/bin/true"))) {
      assertTrue(child.await(ofSeconds(20)).isPresent(), "nobody heard of the exit");
    }
    assertEquals(2, shortages.get());
    launcher.close();
  }

  /** Nobody asked again, and so the pipe stayed open. */
  @Test
  void shouldCloseAPipeOnceThereIsMemoryToDeregisterIt() throws Exception {
    AtomicInteger shortages = new AtomicInteger();
    RefusingKernel.Judge judge =
        (call, arguments, real) -> {
          if (isControl(call, arguments, Linux.EPOLL_CTL_DEL) && shortages.getAndDecrement() > 0) {
            throw new OutOfMemoryError("injected");
          }
          return real.make();
        };
    LeakScope oracle = LeakScope.open().within(ofSeconds(20));
    try (Launcher starved = over(judge)) {
      shortages.set(1);
      assertEquals("a", starved.run(Command.of("/bin/echo", "a")).stdoutTrimmed());
    }
    assertTrue(shortages.get() <= 0);
    oracle.assertNoLeaks();
    launcher.close();
  }

  /** The end went on as if it had been registered, and every later wait failed. */
  @Test
  void shouldWaitForAPipeAfterThereWasNoMemoryForThat() throws Exception {
    AtomicInteger shortages = new AtomicInteger();
    CountDownLatch asked = new CountDownLatch(2);
    RefusingKernel.Judge judge =
        (call, arguments, real) -> {
          boolean waits =
              call.equals("epollControl")
                  && arguments[3].equals(Linux.EPOLLIN | Linux.EPOLLONESHOT)
                  && shortages.get() > 0;
          if (waits) {
            asked.countDown();
          }
          if (waits && shortages.compareAndSet(1, 2)) {
            throw new OutOfMemoryError("injected");
          }
          return real.make();
        };
    Command cat = Command.of("cat").stdin(Stdin.pipe()).stdout(Stdout.pipe()).grace(ofMillis(50));
    try (Launcher starved = over(judge);
        Child child = starved.start(cat)) {
      shortages.set(1);
      assertThrows(OutOfMemoryError.class, () -> child.stdout().read());
      FutureTask<Integer> second = new FutureTask<>(() -> child.stdout().read());
      Thread reader = new Thread(second);
      reader.setDaemon(true);
      reader.start();
      assertTrue(asked.await(20, TimeUnit.SECONDS), "nobody waits");
      child.stdin().write('a');
      child.stdin().flush();
      assertEquals('a', second.get(20, TimeUnit.SECONDS));
    }
    launcher.close();
  }

  @Test
  void shouldCloseWhatThereIsNoMemoryToGoOnWith() throws Exception {
    LeakScope oracle = LeakScope.open().within(ofSeconds(20));
    for (String last : List.of("eventfd", "fcntl")) {
      AtomicInteger shortages = new AtomicInteger(1);
      RefusingKernel.Judge judge =
          (call, arguments, real) -> {
            boolean concerned =
                call.equals(last) && (arguments.length == 0 || arguments[1].equals(Linux.F_SETFL));
            if (concerned && shortages.getAndDecrement() > 0) {
              throw new OutOfMemoryError("injected");
            }
            return real.make();
          };
      Command echo = Command.of("/bin/echo", "a");
      try (Launcher starved = over(judge)) {
        assertEquals("ResourceLimit", saidBy(() -> starved.run(echo)), last);
        assertTrue(shortages.get() <= 0, last);
        oracle.assertNoLeaks();
        assertEquals("a", starved.run(echo).stdoutTrimmed(), last);
      }
    }
    launcher.close();
  }

  /** A script had been found first, which the shell could not run either. */
  @Test
  void shouldStartTheNextProgramWithItsOwnArgumentsAfterAScript() throws Exception {
    List<List<String>> started = new ArrayList<>();
    RefusingKernel.Judge judge =
        (call, arguments, real) -> {
          List<String> words = call.equals("spawn") ? words((SpawnPlan) arguments[0]) : List.of();
          if (words.contains("argument")) { // and not when the engine tries what works here
            started.add(words);
            return started.size() == 1 ? -Linux.ENOEXEC : -Linux.ENOENT;
          }
          return call.equals("access") ? 0 : real.make();
        };
    try (Launcher scripted = over(judge)) {
      Command anywhere = Command.of("none-such", "argument");
      assertThrows(LaunchException.class, () -> scripted.run(anywhere));
    }
    assumeTrue(started.size() > 2, "PATH has one directory only");
    assertEquals(List.of("none-such", "argument"), started.get(0));
    assertEquals("/bin/sh", started.get(1).get(0));
    assertEquals(List.of("none-such", "argument"), started.get(2));
    launcher.close();
  }

  private static List<String> words(SpawnPlan plan) {
    ByteBuffer bytes = plan.block.bytes();
    List<String> words = new ArrayList<>();
    for (int at = plan.arguments; bytes.getLong(at) != 0; at += Long.BYTES) {
      ByteArrayOutputStream word = new ByteArrayOutputStream();
      int text = (int) (bytes.getLong(at) - plan.block.address());
      for (byte next = bytes.get(text); next != 0; next = bytes.get(++text)) {
        word.write(next);
      }
      words.add(word.toString(StandardCharsets.UTF_8));
    }
    return words;
  }

  /** What had been taken out was forgotten when it was asked again. */
  @Test
  void shouldKeepWhatAFinishedPipeHeldWhenThereWasNoMemoryToLookForItsEnd() throws Exception {
    AtomicInteger shortages = new AtomicInteger();
    RefusingKernel.Judge judge =
        (call, arguments, real) -> {
          boolean looks = call.equals("read") && arguments[3].equals(1);
          if (looks && shortages.getAndDecrement() > 0) {
            throw new OutOfMemoryError("injected");
          }
          return real.make();
        };
    SpawnEngine engine = LinuxEngine.create(RefusingKernel.judged(judge), PortableEngine.create());
    Spawned child = engine.spawn(TestEngines.printing("/bin/echo", "last"));
    assertTrue(child.awaitExit(TimeUnit.SECONDS.toNanos(20)));
    try (ReadEnd end = child.stdout()) {
      shortages.set(1);
      assertThrows(OutOfMemoryError.class, end::finish);
      end.finish();
      byte[] bytes = new byte[100];
      assertEquals(5, end.read(bytes, 0, bytes.length));
      assertEquals("last\n", new String(bytes, 0, 5, StandardCharsets.US_ASCII));
      assertEquals(-1, end.read(bytes, 0, bytes.length));
      assertTrue(end.sawEndOfFile());
    }
    launcher.close();
  }

  /** The process ran on, and its pidfd stayed open. */
  @ParameterizedTest
  @ValueSource(strings = {"onExit", "toHandle"})
  void shouldLeaveNothingOfAProcessWhoseEndCannotBeWatched(String starved) throws Exception {
    SpawnEngine real = PortableEngine.create();
    List<Spawned> processes = new ArrayList<>();
    SpawnEngine deaf =
        proxy(
            SpawnEngine.class,
            real,
            answer -> {
              if (!(answer instanceof Spawned process)) {
                return answer;
              }
              processes.add(process);
              return proxy(Spawned.class, process, same -> same, starved);
            });
    SpawnEngine engine = LinuxEngine.create(RefusingKernel.without("spawn"), deaf);
    LeakScope oracle = LeakScope.open().within(ofSeconds(20));
    SpawnRequest request = TestEngines.printing("/bin/sleep", "1000");
    try {
      assertThrows(OutOfMemoryError.class, () -> engine.spawn(request));
      assertEquals(1, processes.size());
      assertTrue(processes.get(0).awaitExit(TimeUnit.SECONDS.toNanos(20)), "it runs on");
      oracle.assertNoLeaks();
    } finally {
      for (Spawned process : processes) {
        process.signal(Linux.SIGKILL);
      }
    }
    launcher.close();
  }

  /** Does as {@code real} does, except that there is no memory for some of its methods. */
  private static <T> T proxy(Class<T> type, T real, UnaryOperator<Object> then, String... starved) {
    InvocationHandler handler =
        (proxy, method, arguments) -> {
          if (List.of(starved).contains(method.getName())) {
            throw new OutOfMemoryError("injected");
          }
          return then.apply(method.invoke(real, arguments));
        };
    return type.cast(Proxy.newProxyInstance(type.getClassLoader(), new Class<?>[] {type}, handler));
  }

  @ParameterizedTest
  @CsvSource({"spawn,11", "spawn,12", "spawn,23", "spawn,24", "pipe,23", "pipe,24"})
  void shouldWaitForWhatTheSystemIsShortOfWherePlacesAreLimited(String refusing, int errno)
      throws Exception {
    AtomicInteger shortages = new AtomicInteger();
    SpawnEngine engine =
        LinuxEngine.create(
            RefusingKernel.judged(
                (call, arguments, real) -> {
                  boolean isShort = call.equals(refusing) && shortages.getAndDecrement() > 0;
                  return isShort ? -errno : real.make();
                }),
            PortableEngine.create());
    Command echo = Command.of("/bin/echo", "a");
    try (Launcher limited = EngineLaunchers.over(engine).maxConcurrent(2).build();
        Launcher unlimited = EngineLaunchers.over(engine).build()) {
      shortages.set(4);
      assertEquals("a", limited.run(echo).stdoutTrimmed());
      shortages.set(1000);
      long start = System.nanoTime();
      assertEquals(errno, shortage(limited, echo));
      assertTrue(System.nanoTime() - start > 200_000_000, "not patient");
      assertEquals(991, shortages.get());
      Command soon = echo.timeout(ofMillis(20));
      assertEquals(errno, shortage(limited, soon));
      assertTrue(shortages.get() > 991 - 9, "as patient as without a deadline");
      shortages.set(1);
      assertEquals(errno, shortage(unlimited, echo));
      assertTrue(shortages.get() <= 0, "nothing was refused");
      assertEquals("a", unlimited.run(echo).stdoutTrimmed());
    }
  }

  private static int shortage(Launcher launcher, Command command) {
    return assertThrows(LaunchException.ResourceLimit.class, () -> launcher.run(command)).errno();
  }

  /** The planted bug: a descriptor that is not closed. */
  @Test
  void shouldNoticeADescriptorThatIsLeft() throws Exception {
    refuse(0);
    captures();
    LeakScope oracle = LeakScope.open().within(ofMillis(100));
    forgetful = true;
    refuse(1, "close");
    captures();
    assertEquals("close", refused);
    assertThrows(LeakError.class, oracle::assertNoLeaks);
    launcher.close();
  }
}
