/* SPDX-License-Identifier: Apache-2.0 */
package dev.keelson.testkit.docs;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import com.tngtech.archunit.core.importer.ClassFileImporter;
import dev.keelson.process.Child;
import dev.keelson.process.Command;
import dev.keelson.process.CommandException;
import dev.keelson.process.CommandTimedOutException;
import dev.keelson.process.Launcher;
import dev.keelson.process.Stdin;
import dev.keelson.process.Stdout;
import dev.keelson.testkit.Arg;
import dev.keelson.testkit.Await;
import dev.keelson.testkit.ChildProgram;
import dev.keelson.testkit.FakeLauncher;
import dev.keelson.testkit.Gc;
import dev.keelson.testkit.Grandchild;
import dev.keelson.testkit.KeelsonRules;
import dev.keelson.testkit.Procs;
import dev.keelson.testkit.StartFailure;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;

/** What docs/testkit.md shows of fakes, rules and collection; each snippet is run. */
@Tag("process")
@Timeout(60)
class TestkitSnippetsTest {

  // snippet: fake-code
  record Repository(Launcher launcher) { // the code under test; Launcher.system() otherwise
    boolean isClean() throws CommandException, InterruptedException {
      Command status = Command.of("git", "status", "--porcelain");
      return launcher.run(status.timeout(Duration.ofSeconds(10))).stdoutText().isEmpty();
    }
  }

  // end

  @Test
  void first() throws Exception {
    // snippet: fake-first
    try (FakeLauncher fake = FakeLauncher.strict()) {
      fake.on("git", "status", "--porcelain").stdout(" M pom.xml\n").exit(0);
      assertEquals(false, new Repository(fake).isClean());
    } // fails here if git was not launched
    // end
  }

  @Test
  void time() throws Exception {
    // snippet: fake-time
    try (FakeLauncher fake = FakeLauncher.strict()) {
      fake.on("git", "status", "--porcelain").ignores("TERM").hangs();
      assertThrows(CommandTimedOutException.class, () -> new Repository(fake).isClean());
      // Ten seconds of timeout and five of grace have passed, and no time at all.
      assertEquals(Duration.ofSeconds(15), fake.clock().elapsed());
      assertEquals("KILL", fake.calls().get(0).signals().get(1).name());
    }
    // end
  }

  @Test
  void matching() throws Exception {
    try (FakeLauncher fake = FakeLauncher.builder().lenient().build()) {
      // snippet: fake-matching
      fake.on("git", "log", "-1"); // exactly these words, once
      fake.on("git", Arg.regex("fetch|pull"), Arg.rest()).times(2);
      fake.on(Arg.program("java"), Arg.any(1, 3)).repeatedly(); // in any directory
      fake.onLine("tar -x.*").optional(); // the whole line, as a shell would have it
      fake.passThrough("uname", "-s"); // for real
      // end
    }
  }

  @Test
  @EnabledOnOs(OS.LINUX)
  void children() throws Exception {
    // snippet: child-program
    ChildProgram stubborn = ChildProgram.create().ignoring("TERM").runForever();
    ChildProgram helper = // starts that one with its own stdout, and tells its pid
        ChildProgram.create().grandchild(stubborn, Grandchild.HOLDS_STDOUT).reportGrandchildren();
    Command command = Command.of(helper.runForever().command()).grace(Duration.ofMillis(200));
    long pid;
    try (Child child = command.stdout(Stdout.pipe()).start()) {
      pid = ChildProgram.pids(child.stdoutLines().findFirst().orElseThrow()).get(0);
    }
    Await.soon().until("the stubborn one is ended, too", () -> !Procs.isAlive(pid));
    // end
  }

  @Test
  void scripts() throws Exception {
    try (FakeLauncher fake = FakeLauncher.builder().lenient().build()) {
      // snippet: fake-scripts
      fake.on("make").stdout("compiling\n").after(Duration.ofMinutes(5)).stderr("oops\n").exit(2);
      fake.on("mail", "-s", "hello").expectStdin("dear all\n").exit(0);
      fake.on("bc").replies(line -> "42"); // one line for each line
      fake.on("server").exitsOn("TERM", 0).stdout("ready\n").hangs();
      fake.on("daemonize").leavesPipesHeldFor(Duration.ofHours(1)).exit(0);
      fake.on("crash").diesOf("SEGV");
      fake.on("flaky").failsToStart(StartFailure.RESOURCE_LIMIT).then().exit(0);
      fake.on("anything").runs(self -> self.stdin().read() == 'y' ? 0 : 1);
      // end
      try (Child bc = fake.start(Command.of("bc").stdin(Stdin.pipe()).stdout(Stdout.pipe()))) {
        bc.stdin().write("6 * 7\n".getBytes(StandardCharsets.UTF_8));
        assertEquals("42\n", new String(bc.stdout().readNBytes(3), StandardCharsets.UTF_8));
      }
      Command anything = Command.of("anything").stdin(Stdin.text("y"));
      assertEquals(0, fake.run(anything).exitCode());
    }
  }

  @Test
  void override() throws Exception {
    // snippet: fake-override
    try (FakeLauncher fake = FakeLauncher.strict();
        Launcher.Substitution scope = Launcher.override(fake)) {
      fake.on("hostname").stdout("build-7\n").exit(0);
      assertEquals("build-7", Command.of("hostname").run().stdoutTrimmed());
    }
    // end
  }

  @Test
  void rule() {
    // snippet: rule
    KeelsonRules.NO_RAW_PROCESS_BUILDER.check(
        new ClassFileImporter().importPackages("dev.keelson.spi"));
    // end
  }

  /** What docs/testkit.md forgets. */
  record Session(List<String> lines) {}

  @Test
  void collectable() {
    // snippet: gc
    Gc.assertCollectable(
        () -> {
          Session session = new Session(List.of("hello"));
          assertEquals("hello", session.lines().get(0)); // use it, close it
          return session; // nothing may hold it now
        });
    // end
  }
}
