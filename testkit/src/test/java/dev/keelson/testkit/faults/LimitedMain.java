/* SPDX-License-Identifier: Apache-2.0 */
package dev.keelson.testkit.faults;

import static java.time.Duration.ofMillis;
import static java.time.Duration.ofSeconds;

import dev.keelson.process.Child;
import dev.keelson.process.Command;
import dev.keelson.process.CommandException;
import dev.keelson.process.CommandTimedOutException;
import dev.keelson.process.LaunchException;
import dev.keelson.process.Stdin;
import dev.keelson.process.Stdout;
import dev.keelson.testkit.Lane;
import dev.keelson.testkit.ProcInfo;
import dev.keelson.testkit.Procs;
import java.io.File;
import java.io.FileInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.jar.JarFile;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** A JVM under a limit that it exhausts. Prints what it finds wrong and exits with 1 if it does. */
final class LimitedMain {

  /** Eight idle pipes of the library's, and its selector. */
  private static final int POOLED = 8 * 2 + 3;

  private static final int EAGAIN = 11;
  private static final int ENOMEM = 12;
  private static final int EMFILE = 24;
  private static final int HIGHEST = 256;
  private static final int WAITERS = 14;

  private static final int LESS_THAN_A_STACK = 256;

  /** From less than a start takes to more than a few threads. */
  private static final List<Integer> FREE_KIB =
      List.of(0, 16, 64, LESS_THAN_A_STACK, 1_100, 4_096, 16_384);

  /**
   * Sets the limit of this JVM's address space for it, which at the limit cannot start anybody who
   * would.
   */
  private static final String SETTER =
      "while read limit; do /usr/bin/prlimit --pid \"$0\" --as=\"$limit:\"; done";

  /**
   * Takes every place there is, as soon as it is there, until its time is over. Whoever first finds
   * none says so in a file.
   */
  private static final String STORM =
      """
      $SIG{TERM} = $SIG{CHLD} = 'IGNORE';
      for ($end = time + 60; time < $end; ) {
        next if defined fork;
        if (!$told++) { open(F, '>>', $ARGV[0]); print F 'full'; close F }
        select(undef, undef, undef, 0.001);
      }
      """;

  /** For what others of this JVM's may prevent, and for what has to be. */
  private static final long PATIENCE = TimeUnit.SECONDS.toNanos(1);

  static final long LONG = TimeUnit.SECONDS.toNanos(20);

  /** More than a thread is kept for that has nothing to do. */
  private static final long IDLE = TimeUnit.SECONDS.toNanos(7);

  private final List<String> findings = new ArrayList<>();
  private final Map<String, Integer> outcomes = new TreeMap<>();
  private Set<Long> ours = Set.of();

  /** A launch to its end. */
  interface Launch {
    /** Returns what was read. */
    String run() throws Exception;
  }

  record Shape(String name, Launch launch) {}

  private static final List<Shape> SHAPES =
      List.of(
          new Shape("captured", () -> echo().run().stdoutText()),
          new Shape("lines", LimitedMain::lines),
          new Shape(
              "discarded",
              () -> {
                echo().stdout(Stdout.discard()).stderr(Stdout.discard()).run();
                return "a\n";
              }),
          new Shape("pipeline", () -> echo().pipe(cat()).run().stdoutText()),
          new Shape(
              "stdin",
              () ->
                  cat()
                      .stdin(Stdin.bytes("a\n".getBytes(StandardCharsets.UTF_8)))
                      .run()
                      .stdoutText()));

  private LimitedMain() {}

  /** How to start it. */
  static List<String> command(List<String> wrapper, String temporary, String limit)
      throws URISyntaxException {
    return command(wrapper, temporary, LimitedMain.class, limit);
  }

  /** How to start another one beside it. */
  static List<String> command(List<String> wrapper, String temporary, Class<?> main, String limit)
      throws URISyntaxException {
    List<String> command = new ArrayList<>(wrapper);
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(Lane.jvmOptions());
    command.addAll(
        List.of(
            "-XX:TieredStopAtLevel=1",
            "-XX:+UseSerialGC",
            "-XX:ActiveProcessorCount=2",
            "-XX:-UseDynamicNumberOfCompilerThreads",
            "-Xmx64m",
            "-Xlog:disable", // it would tell of each thread that cannot be had
            "-Djava.io.tmpdir=" + temporary,
            "-cp",
            String.join(File.pathSeparator, classPath()),
            main.getName(),
            limit));
    return command;
  }

  /** All that it needs. */
  static List<String> classPath() throws URISyntaxException {
    List<String> entries = new ArrayList<>();
    for (Class<?> one : List.of(Command.class, Procs.class, LimitedMain.class)) {
      entries.add(root(one).toString());
    }
    return entries;
  }

  private static Path root(Class<?> one) throws URISyntaxException {
    return Path.of(one.getProtectionDomain().getCodeSource().getLocation().toURI());
  }

  public static void main(String[] args) throws Exception {
    LimitedMain main = new LimitedMain();
    main.warmUp();
    switch (args[0]) {
      case "descriptors" -> main.descriptors();
      case "memory" -> main.memory();
      default -> main.processes();
    }
    main.expectAllWork("at the end");
    main.expectNobody("at the end");
    System.out.println("outcomes: " + main.outcomes);
    main.findings.forEach(finding -> System.out.println("finding: " + finding));
    System.out.flush();
    Runtime.getRuntime().halt(main.findings.isEmpty() ? 0 : 1);
  }

  private static Command echo() {
    return Command.of("echo", "a").timeout(ofSeconds(30));
  }

  private static Command cat() {
    return Command.of("cat").timeout(ofSeconds(30));
  }

  private static String lines() throws Exception {
    StringBuffer all = new StringBuffer();
    echo().stdout(Stdout.lines(line -> all.append(line).append('\n'))).run();
    return all.toString();
  }

  /** No class is to be looked for in a file when no descriptor is left. */
  private void warmUp() throws Exception {
    loadAll(Command.class);
    loadAll(Procs.class);
    expectAllWork("at the start");
    attempt("no such program", () -> Command.of("/none/such").run().stdoutText());
    attempt("a start", LimitedMain::startAndClose);
    findings.clear();
    outcomes.clear();
    describeDescriptors();
    ours = Procs.children(self()).stream().map(ProcInfo::pid).collect(Collectors.toSet());
    expectNobody("at the start");
  }

  private static String startAndClose() throws Exception {
    try (Child child = sleeper().start()) {
      return Long.toString(child.pid());
    }
  }

  /** Has the classes beside this one looked for, so that nobody need look for them later. */
  static void loadAll(Class<?> one) throws Exception {
    Path root = root(one);
    List<String> names;
    if (Files.isDirectory(root)) {
      try (Stream<Path> files = Files.walk(root)) {
        names = files.map(file -> root.relativize(file).toString()).toList();
      }
    } else {
      try (JarFile jar = new JarFile(root.toFile())) {
        names = jar.stream().map(entry -> entry.getName()).toList();
      }
    }
    for (String name : names) {
      if (name.endsWith(".class") && name.startsWith("dev/")) {
        try {
          var unused =
              Class.forName(
                  name.substring(0, name.length() - ".class".length()).replace('/', '.'),
                  false,
                  LimitedMain.class.getClassLoader());
        } catch (ClassNotFoundException | LinkageError optional) {
          // it needs what is not on this class path, and so nobody here needs it
        }
      }
    }
  }

  private void expectAllWork(String when) {
    for (Shape shape : SHAPES) {
      if (!attempt(shape.name() + " " + when, shape.launch())) {
        findings.add(shape.name() + " does not work " + when);
      }
    }
  }

  /** Whether it succeeded. Any failure but those of these numbers is a finding. */
  private boolean attempt(String what, Launch launch, Integer... errnos) {
    long start = System.nanoTime();
    boolean done = attempt(what, launch, List.of(errnos));
    if (System.nanoTime() - start > LONG) {
      findings.add(what + " stood still");
    }
    return done;
  }

  private boolean attempt(String what, Launch launch, List<Integer> expected) {
    try {
      String read = launch.run();
      if (!read.equals("a\n")) {
        findings.add(what + " read \"" + read + "\"");
      }
      count("success");
      return true;
    } catch (LaunchException.ResourceLimit e) {
      if (!expected.contains(e.errno())) {
        findings.add(what + ": errno " + e.errno() + ": " + e.getMessage());
      }
      count("refused with " + e.errno());
    } catch (CommandException e) {
      if (!expected.contains(EMFILE) || !isCausedBy(e, "Too many open files")) {
        findings.add(what + ": " + trace(e));
      }
      count(e.getClass().getSimpleName());
    } catch (Exception | Error e) {
      findings.add(what + ": " + trace(e));
      count(e.getClass().getSimpleName());
    }
    return false;
  }

  private void count(String outcome) {
    outcomes.merge(outcome, 1, Integer::sum);
  }

  private static boolean isCausedBy(Throwable e, String text) {
    for (Throwable t = e; t != null; t = t.getCause()) {
      if (String.valueOf(t.getMessage()).contains(text)) {
        return true;
      }
    }
    return false;
  }

  private static String trace(Throwable e) {
    StringBuilder all = new StringBuilder();
    for (Throwable t = e; t != null; t = t.getCause()) {
      all.append(t)
          .append(" at ")
          .append(t.getStackTrace().length > 0 ? t.getStackTrace()[0] : "?");
      all.append("; ");
    }
    return all.toString();
  }

  private void descriptors() throws Exception {
    Deque<FileInputStream> fillers = new ArrayDeque<>();
    int atFirst = open();
    int most = 0;
    for (int free = 0; free <= 48; free += 4) {
      for (Shape shape : SHAPES) {
        fill(fillers);
        for (int i = 0; i < free; i++) {
          fillers.pop().close();
        }
        String what = shape.name() + " with " + free + " free";
        Map<Integer, String> before = describeDescriptors();
        int openBefore = open();
        attempt(what, shape.launch(), EMFILE);
        await(LONG, () -> open() - openBefore <= POOLED);
        if (open() - openBefore > POOLED) {
          findings.add(what + " leaves " + openBefore + " -> " + open() + " descriptors open");
        }
        expectIntact(what, before, fillers);
        most = Math.max(most, open() - fillers.size());
      }
      while (!fillers.isEmpty()) {
        fillers.pop().close();
      }
      expectNobody("with " + free + " free");
    }
    System.out.println(
        "descriptors: " + atFirst + " at first, at most " + most + ", now " + open());
    if (open() > atFirst + POOLED) {
      findings.add(open() + " descriptors are open, and it began with " + atFirst);
    }
  }

  /** Takes all descriptors. */
  static void fill(Deque<FileInputStream> fillers) {
    try {
      for (int i = 0; i < HIGHEST; i++) {
        fillers.push(new FileInputStream("/dev/null"));
      }
      throw new IllegalStateException("there is no limit of " + HIGHEST);
    } catch (IOException full) {
      // as it should be
    }
  }

  private static int open() {
    return (int) new File("/proc/self/fd").length();
  }

  /** What each descriptor leads to. Takes none itself. */
  private static Map<Integer, String> describeDescriptors() {
    Map<Integer, String> all = new TreeMap<>();
    for (int i = 0; i < HIGHEST; i++) {
      try {
        all.put(i, Files.readSymbolicLink(Path.of("/proc/self/fd/" + i)).toString());
      } catch (IOException closed) {
        // it is not there
      }
    }
    return all;
  }

  /** Pipes and selectors may be the library's own and come and go; nothing else may. */
  private void expectIntact(
      String what, Map<Integer, String> before, Iterable<FileInputStream> fillers) {
    Map<Integer, String> now = describeDescriptors();
    before.forEach(
        (number, target) -> {
          boolean mayGo =
              number > 2 && (target.startsWith("pipe:") || target.startsWith("anon_inode:"));
          if (!mayGo && !target.equals(now.get(number))) {
            findings.add(what + ": " + number + " was " + target + " and is " + now.get(number));
          }
        });
    for (FileInputStream filler : fillers) {
      try {
        int unused = filler.available();
      } catch (IOException e) {
        findings.add(what + " broke a filler: " + e);
      }
    }
  }

  private static Command sleeper() {
    return Command.of("sleep", "20").grace(ofSeconds(0)).stdout(Stdout.discard());
  }

  private static void makeWaiters() throws Exception {
    List<Child> early = new ArrayList<>();
    for (int i = 0; i < WAITERS; i++) {
      early.add(sleeper().start());
    }
    early.forEach(Child::close);
  }

  /**
   * Lets processes run out, and not the threads by which the JDK waits for them: of those there are
   * enough from earlier.
   */
  private void processes() throws Exception {
    makeWaiters();
    Deque<Parked> parked = new ArrayDeque<>();
    for (int free = 0; free <= 4; free++) {
      for (Shape shape : SHAPES) {
        leave(free, parked);
        String what = shape.name() + " beside " + free + " free places";
        attempt(what, shape.launch(), EAGAIN);
        expectNobody("after " + what);
      }
      leave(free + 4, parked);
      startUntilRefused(free + 4);
    }
    endOneAndSeeAnother(parked);
    if (Files.isExecutable(Path.of("/usr/bin/perl"))) {
      for (int free : List.of(6, 12)) {
        endStorm("run", free, parked, Command::run);
        endStorm("started", free, parked, LimitedMain::startAndAwait);
      }
    } else {
      System.out.println("no storm: there is no /usr/bin/perl");
    }
    end(parked, parked.size());
  }

  /**
   * A tree that has to be ended where no thread can be had, and takes its time, must not keep those
   * waiting who want to know of others.
   */
  private void endOneAndSeeAnother(Deque<Parked> parked) throws Exception {
    Path asked = Files.createTempFile("asked", ".to-end");
    String flood = "trap 'echo >\"$0\"' TERM; read line; while :; do echo 0123456789; done";
    Command flooding =
        Command.of("sh", "-c", flood, asked.toString()).maxOutput(1_000).grace(ofSeconds(60));
    leave(4, parked);
    try (Child other = Command.of("sh", "-c", "read line").stdin(Stdin.pipe()).start();
        Child flooded = flooding.stdin(Stdin.pipe()).start()) {
      await(LONG, () -> !hasIdle("keelson-worker"));
      leave(0, parked);
      flooded.stdin().close();
      await(LONG, () -> asked.toFile().length() > 0);
      other.stdin().close();
      if (!other.await(ofSeconds(30)).isPresent()) {
        findings.add("the end of one child was not seen while another's tree was being ended");
      }
      if (!flooded.isAlive() || asked.toFile().length() == 0) {
        findings.add("no tree was being ended meanwhile");
      }
      var unused = flooded.terminate(ofSeconds(0));
    }
    Files.delete(asked);
  }

  /** Something that a command is put to. */
  interface Use {
    void of(Command command) throws Exception;
  }

  private static String startAndAwaitEcho() throws Exception {
    startAndAwait(echo().stdout(Stdout.discard()));
    return "a\n";
  }

  private static void startAndAwait(Command command) throws Exception {
    try (Child child = command.start()) {
      child.result();
    }
  }

  /**
   * A tree that has all places, and takes every one that is given back, is ended by a JVM that gets
   * neither a thread nor a process for it. Who was chased on behind the caller's back may take a
   * moment more.
   */
  private void endStorm(String how, int free, Deque<Parked> parked, Use use) throws Exception {
    Path full = Files.createTempFile("storm", ".full");
    String what = "a storm in " + free + " places that is " + how;
    boolean over = false;
    for (int millis = 400; !over && millis < 10_000; millis *= 2) { // a busy machine takes longer
      leave(free, parked);
      Command storm = Command.of("/usr/bin/perl", "-e", STORM, full.toString());
      try {
        use.of(
            storm
                .stdout(Stdout.discard())
                .stderr(Stdout.discard())
                .timeout(ofMillis(millis))
                .grace(ofSeconds(0)));
        findings.add(what + " ended by itself");
      } catch (CommandTimedOutException e) {
        over = full.toFile().length() > 0;
        count("storm timed out");
      } catch (LaunchException.ResourceLimit e) { // it was faster than the start's own thread
        count("storm refused with " + e.errno());
      } catch (Exception | Error e) {
        findings.add(what + ": " + trace(e));
      }
      await(LONG, () -> stormers(full).isEmpty());
      List<ProcInfo> left = stormers(full);
      if (!left.isEmpty()) {
        findings.add(what + " leaves " + left.size() + ", as " + left.get(0).describe());
        await(3 * LONG, () -> isOver(full)); // one at a time grows again
        return;
      }
    }
    if (!over) {
      findings.add(what + " never had all places and timed out");
    }
    Files.delete(full);
    expectNobody("after " + what);
    leave(8, parked);
    expectAllWork("after " + what);
  }

  private static boolean isOver(Path full) {
    stormers(full).forEach(Procs::kill);
    return stormers(full).isEmpty();
  }

  private static List<ProcInfo> stormers(Path full) {
    return Procs.all().stream()
        .filter(one -> Procs.commandLine(one.pid()).contains(full.toString()))
        .toList();
  }

  private static boolean hasIdle(String... names) {
    return Thread.getAllStackTraces().keySet().stream()
        .anyMatch(thread -> Arrays.stream(names).anyMatch(thread.getName()::startsWith));
  }

  private void startUntilRefused(int free) throws Exception {
    List<Child> children = new ArrayList<>();
    boolean more = true;
    while (more && children.size() < WAITERS) {
      more =
          attempt(
              "start " + children.size() + " of " + free,
              () -> {
                children.add(sleeper().start());
                return "a\n";
              },
              EAGAIN);
    }
    if (more || children.isEmpty()) {
      findings.add(children.size() + " could be started in " + free + " places");
    }
    expectNobodyBut(children, "when processes ran out after " + free);
    children.forEach(Child::close);
    expectNobody("when all are closed");
    // Their places are free again.
    expectAllWork("after processes ran out after " + free);
  }

  /**
   * Lets address space run out, and not the threads by which the JDK waits for processes, nor what
   * the JVM itself takes by malloc, without which it ends: for that the caller has to see.
   */
  private void memory() throws Exception {
    makeWaiters();
    List<Shape> shapes = new ArrayList<>(SHAPES);
    shapes.add(new Shape("started", LimitedMain::startAndAwaitEcho));
    Command setting = Command.of("sh", "-c", SETTER, Long.toString(self()));
    try (Child setter = setting.stdin(Stdin.pipe()).stdout(Stdout.discard()).start()) {
      ours = Stream.concat(ours.stream(), Stream.of(setter.pid())).collect(Collectors.toSet());
      String all = softLimit();
      limit(setter, all); // writes, reads and waits for the first time
      int atFirst = open();
      for (int free : FREE_KIB) {
        String where = " with " + free + " KiB free";
        if (free == LESS_THAN_A_STACK) {
          // None for start(), if the timer has not this JVM's processes to look at.
          await(IDLE, () -> !hasIdle("keelson-worker", "keelson-timer"));
        }
        for (Shape shape : shapes) {
          limit(setter, usedAnd(free));
          attempt(shape.name() + where, shape.launch(), EAGAIN, ENOMEM);
          limit(setter, all);
        }
        expectNobody("after launches" + where);
        expectAllWork("after launches" + where);
        System.out.println(where + ": " + outcomes);
      }
      if (outcomes.keySet().stream().noneMatch(one -> one.startsWith("refused"))) {
        findings.add("there was always enough");
      }
      if (open() > atFirst + POOLED) {
        findings.add(open() + " descriptors are open, and it began with " + atFirst);
      }
    }
  }

  /** The address space that is in use and so many KiB, in bytes. */
  private static String usedAnd(int free) {
    String used = Procs.status(self(), "VmSize").orElseThrow().replace(" kB", "");
    return Long.toString((Long.parseLong(used) + free) * 1024);
  }

  private static void limit(Child setter, String soft) throws Exception {
    setter.stdin().write((soft + "\n").getBytes(StandardCharsets.US_ASCII));
    setter.stdin().flush();
    await(LONG, () -> soft.equals(softLimit()));
    if (!soft.equals(softLimit())) {
      throw new IllegalStateException("the limit is " + softLimit() + " and not " + soft);
    }
  }

  private static String softLimit() {
    try {
      return Files.readString(Path.of("/proc/self/limits"))
          .lines()
          .filter(line -> line.startsWith("Max address space"))
          .map(line -> line.split(" {2,}")[1])
          .findFirst()
          .orElse("");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Takes all places but these. They may not be there yet: a zombie has one until it is reaped. */
  static void leave(int free, Deque<Parked> parked) throws InterruptedException {
    await(LONG, () -> takeAll(parked) >= free);
    end(parked, free);
  }

  private static int takeAll(Deque<Parked> parked) {
    try {
      for (int i = 0; i < HIGHEST; i++) {
        parked.push(new Parked());
      }
      throw new IllegalStateException("there is no limit of " + HIGHEST);
    } catch (OutOfMemoryError full) {
      return parked.size();
    }
  }

  /** Gives places back. */
  static void end(Deque<Parked> parked, int count) throws InterruptedException {
    int before = threads();
    for (int i = 0; i < count; i++) {
      parked.pop().end();
    }
    // The kernel lets go of a thread later than join().
    await(PATIENCE, () -> threads() <= before - count);
  }

  private static int threads() {
    return Procs.status(self(), "Threads").map(Integer::valueOf).orElseThrow();
  }

  /** A thread, which counts as much as a process. */
  static final class Parked {
    private final CountDownLatch end = new CountDownLatch(1);
    private final Thread thread;

    Parked() {
      thread = new Thread(null, this::stay, "parked", 1 << 16);
      thread.setDaemon(true);
      thread.start();
    }

    private void stay() {
      try {
        end.await();
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
    }

    void end() throws InterruptedException {
      end.countDown();
      thread.join();
    }
  }

  private void expectNobody(String when) throws Exception {
    expectNobodyBut(List.of(), when);
  }

  private void expectNobodyBut(List<Child> known, String when) throws Exception {
    Set<Long> pids = known.stream().map(Child::pid).collect(Collectors.toSet());
    await(LONG, () -> strangers(pids).isEmpty());
    for (ProcInfo one : strangers(pids)) {
      findings.add(when + " there is " + one.state() + " " + one.describe());
      ours =
          Stream.concat(ours.stream(), Stream.of(one.pid()))
              .collect(Collectors.toSet()); // said once
    }
  }

  private List<ProcInfo> strangers(Set<Long> known) {
    return Procs.children(self()).stream()
        .filter(one -> !known.contains(one.pid()) && !ours.contains(one.pid()))
        .toList();
  }

  static long self() {
    return ProcessHandle.current().pid();
  }

  /** Something that is so sooner or later. */
  interface Condition {
    boolean holds();
  }

  static void await(long limit, Condition condition) throws InterruptedException {
    long start = System.nanoTime();
    while (!condition.holds() && System.nanoTime() - start < limit) {
      TimeUnit.MILLISECONDS.sleep(1);
    }
  }
}
