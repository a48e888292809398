/* SPDX-License-Identifier: Apache-2.0 */
package dev.keelson.testkit.faults;

import static java.time.Duration.ofMillis;
import static java.time.Duration.ofSeconds;

import dev.keelson.process.Child;
import dev.keelson.process.Command;
import dev.keelson.process.CommandTimedOutException;
import dev.keelson.process.LaunchException;
import dev.keelson.process.Stdin;
import dev.keelson.process.Stdout;
import dev.keelson.testkit.ProcInfo;
import dev.keelson.testkit.Procs;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;

/**
 * Lets processes run out, and not the threads by which the JDK waits for them: of those there are
 * enough from earlier.
 */
final class LimitedProcessesMain extends LimitedJvm {

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

  private LimitedProcessesMain() {}

  public static void main(String[] args) throws Exception {
    new LimitedProcessesMain().run();
  }

  @Override
  void exhaust() throws Exception {
    makeWaiters();
    Deque<LimitedPlaces.Parked> parked = new ArrayDeque<>();
    for (int free = 0; free <= 4; free++) {
      for (Shape shape : SHAPES) {
        LimitedPlaces.leave(free, parked);
        String what = shape.name() + " beside " + free + " free places";
        attempt(what, shape.launch(), EAGAIN);
        expectNobody("after " + what);
      }
      LimitedPlaces.leave(free + 4, parked);
      startUntilRefused(free + 4);
    }
    endOneAndSeeAnother(parked);
    if (Files.isExecutable(Path.of("/usr/bin/perl"))) {
      for (int free : List.of(6, 12)) {
        endStorm("run", free, parked, Command::run);
        endStorm("started", free, parked, LimitedJvm::startAndAwait);
      }
    } else {
      System.out.println("no storm: there is no /usr/bin/perl");
    }
    LimitedPlaces.end(parked, parked.size());
  }

  /**
   * A tree that has to be ended where no thread can be had, and takes its time, must not keep those
   * waiting who want to know of others.
   */
  private void endOneAndSeeAnother(Deque<LimitedPlaces.Parked> parked) throws Exception {
    Path asked = Files.createTempFile("asked", ".to-end");
    String flood = "trap 'echo >\"$0\"' TERM; read line; while :; do echo 0123456789; done";
    Command flooding =
        Command.of("sh", "-c", flood, asked.toString()).maxOutput(1_000).grace(ofSeconds(60));
    LimitedPlaces.leave(4, parked);
    try (Child other = Command.of("sh", "-c", "read line").stdin(Stdin.pipe()).start();
        Child flooded = flooding.stdin(Stdin.pipe()).start()) {
      await(LONG, () -> !isRunning("keelson-worker"));
      LimitedPlaces.leave(0, parked);
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

  /**
   * A tree that has all places, and takes every one that is given back, is ended by a JVM that gets
   * neither a thread nor a process for it. Who was chased on behind the caller's back may take a
   * moment more.
   */
  private void endStorm(String how, int free, Deque<LimitedPlaces.Parked> parked, Use use)
      throws Exception {
    Path full = Files.createTempFile("storm", ".full");
    String what = "a storm in " + free + " places that is " + how;
    boolean over = false;
    for (int millis = 400; !over && millis < 10_000; millis *= 2) { // a busy machine takes longer
      LimitedPlaces.leave(free, parked);
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
    LimitedPlaces.leave(8, parked);
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
}
