/* SPDX-License-Identifier: Apache-2.0 */
package dev.keelson.testkit.contract;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.keelson.process.Command;
import dev.keelson.process.CommandException;
import dev.keelson.process.LaunchException;
import dev.keelson.process.Result;
import dev.keelson.process.Stdout;
import dev.keelson.testkit.ChildProgram;
import dev.keelson.testkit.Procs;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** Where a child's output can go instead of into memory. */
abstract class SinkContract extends ContractSuite {

  /** Tells on stderr what stdout is, although the shell redirects before it forks. */
  private static final String SHOW = "readlink /proc/self/fd/3 3>&1 1>&2";

  private final List<String> lines = new CopyOnWriteArrayList<>();

  @Test
  void shouldDecodeLinesAcrossChunks() throws Exception {
    Duration pause = Duration.ofMillis(50);
    ChildProgram program =
        ChildProgram.create()
            .printBytes((byte) 0xE2, (byte) 0x82)
            .sleep(pause)
            .printBytes((byte) 0xAC, (byte) 13)
            .sleep(pause)
            .print("\nb\rc\n\n")
            .printBytes((byte) 0xFF)
            .print("d");

    Result result = launcher().run(program(program).stdout(Stdout.lines(lines::add)));

    assertEquals(List.of("\u20ac", "b", "c", "", "\uFFFDd"), lines);
    assertEquals(0, result.stdout().length);
  }

  @Test
  void shouldPassLinesOnAsTheyCome() throws Exception {
    Path gate = dir.resolve("gate");
    Command command =
        program(ChildProgram.create().print("first\n").awaitFile(gate).print("second\n"))
            .timeout(SOON)
            .stdout(
                Stdout.lines(
                    line -> {
                      lines.add(line);
                      create(gate);
                    }));

    launcher().run(command);

    assertEquals(List.of("first", "second"), lines);
  }

  @Test
  void shouldEndTheTreeWhenAConsumerThrows() {
    IllegalStateException broken = new IllegalStateException("consumer");
    Command command =
        sh("echo line; " + SLEEP)
            .stdout(
                Stdout.lines(
                    line -> {
                      throw broken;
                    }));

    CommandException failure = assertThrows(CommandException.class, () -> launcher().run(command));

    assertSame(broken, failure.getCause());
    assertTrue(failure.result().teardown().orElseThrow().isComplete());
  }

  @Test
  void shouldEndTheTreeWhenASinkFails() {
    IOException full = new IOException("disk full");
    Command command =
        sh("echo line; " + SLEEP)
            .stdout(
                Stdout.to(
                    () ->
                        new OutputStream() {
                          @Override
                          public void write(int b) throws IOException {
                            throw full;
                          }
                        }));

    assertSame(
        full, assertThrows(CommandException.class, () -> launcher().run(command)).getCause());
    assertInstanceOf(
        NullPointerException.class,
        assertThrows(
                CommandException.class, () -> launcher().run(command.stdout(Stdout.to(() -> null))))
            .getCause());
  }

  @Test
  void shouldFailWhenASinkFailsOnlyAfterTheChildsEnd() {
    IOException full = new IOException("disk full");
    Command command =
        sh("echo line")
            .stdout(
                Stdout.to(
                    () ->
                        new ByteArrayOutputStream() {
                          @Override
                          public void close() throws IOException {
                            throw full;
                          }
                        }));

    assertSame(
        full, assertThrows(CommandException.class, () -> launcher().run(command)).getCause());
  }

  @Test
  void shouldOpenAStreamOnceForEachRunAndCloseIt() throws Exception {
    AtomicInteger opened = new AtomicInteger();
    AtomicInteger closed = new AtomicInteger();
    ByteArrayOutputStream bytes =
        new ByteArrayOutputStream() {
          @Override
          public void close() {
            closed.incrementAndGet();
          }
        };
    Command command =
        sh("printf x")
            .stdout(
                Stdout.to(
                    () -> {
                      opened.incrementAndGet();
                      return bytes;
                    }));

    launcher().run(command);
    launcher().run(command);

    assertEquals("xx", bytes.toString());
    assertEquals("2 2", opened + " " + closed);
  }

  @Test
  void shouldGiveFilesToTheChildAsDescriptors() throws Exception {
    Path out = Files.writeString(dir.toRealPath().resolve("out"), "something longer than that");
    Path err = Files.writeString(dir.resolve("err"), "old\n");

    Result result =
        launcher()
            .run(
                sh("readlink /proc/$$/fd/1; echo new >&2")
                    .stdout(Stdout.file(out))
                    .stderr(Stdout.append(err)));

    assertEquals(out + "\n", Files.readString(out));
    assertEquals("old\nnew\n", Files.readString(err));
    assertEquals(0, result.stdout().length + result.stderr().length);
  }

  @Test
  void shouldAppendBehindWhatOthersAppend() throws Exception {
    Path file = dir.resolve("log");
    Command command =
        sh("echo a; echo b >&2; echo c; echo d >&2")
            .stdout(Stdout.append(file))
            .stderr(Stdout.append(file));

    launcher().run(command);

    assertEquals("a\nb\nc\nd\n", Files.readString(file));
  }

  @Test
  void shouldRefuseAFileThatCannotBeCreated() {
    Command command = sh("echo x").stdout(Stdout.file(dir.resolve("missing/out")));

    assertThrows(LaunchException.Refused.class, () -> launcher().run(command));
  }

  @Test
  void shouldWriteToAllWhenTeed() throws Exception {
    Path file = dir.resolve("tee");
    ByteArrayOutputStream stream = new ByteArrayOutputStream();
    Stdout tee =
        Stdout.tee(
            Stdout.capture(),
            Stdout.file(file),
            Stdout.tee(Stdout.lines(lines::add), Stdout.to(() -> stream)));

    Result result = launcher().run(sh("echo one; echo two").stdout(tee));

    assertEquals("one\ntwo\n", result.stdoutText());
    assertEquals("one\ntwo\n", Files.readString(file));
    assertEquals("one\ntwo\n", stream.toString());
    assertEquals(List.of("one", "two"), lines);
    assertFalse(result.outputIncomplete());
  }

  @Test
  void shouldHoldACaptureInATeeToItsLimit() {
    Command command =
        Command.of("yes")
            .maxOutput(100)
            .stdout(Stdout.tee(Stdout.capture(), Stdout.lines(line -> {})));

    CommandException failure = assertThrows(CommandException.class, () -> launcher().run(command));
    assertEquals(100, failure.result().stdout().length);
  }

  @Test
  void shouldMergeStderrInTheOrderOfWriting() throws Exception {
    Command command = sh("echo a; echo b >&2; echo c; echo d >&2").mergeStderr();
    Result result = launcher().run(command);

    assertEquals("a\nb\nc\nd\n", result.stdoutText());
    assertEquals("", result.stderrText());
    Path file = dir.resolve("merged");
    launcher().run(command.stdout(Stdout.file(file)));
    assertEquals("a\nb\nc\nd\n", Files.readString(file));
    launcher().run(command.stdout(Stdout.lines(lines::add)));
    assertEquals(List.of("a", "b", "c", "d"), lines);
  }

  @Test
  void shouldDropAndInheritWithoutCarrying() throws Exception {
    Result dropped = launcher().run(sh(SHOW).stdout(Stdout.discard()));
    assertEquals("/dev/null\n", dropped.stderrText());

    Result inherited = launcher().run(sh(SHOW).stdout(Stdout.inherit()));
    String ours = Procs.descriptors(ProcessHandle.current().pid()).get(1);
    assertEquals(ours, inherited.stderrText().strip());
  }

  private static void create(Path file) {
    try {
      Files.writeString(file, "");
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }
}
