/* SPDX-License-Identifier: Apache-2.0 */
package dev.keelson.testkit;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.time.Duration.ofMillis;
import static java.time.Duration.ofSeconds;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@Tag("process")
class ChildProgramIoTest {

  private static final ChildProgram NEW = ChildProgram.create();

  @Test
  void shouldExitWithZeroWhenEmpty() throws Exception {
    try (ProgramRun run = ProgramRun.of(NEW)) {
      assertEquals(0, run.exit());
      assertEquals("", run.out() + run.err());
    }
  }

  @Test
  void shouldPrintTextUnchangedWhenFullOfQuotesAndPercents() throws Exception {
    String text = "it's \"50%\" \\n `id` $HOME * é 漢 😀 -n 7\n\tend";
    try (ProgramRun run = ProgramRun.of(NEW.print(text).printError("E" + text))) {
      assertEquals(0, run.exit());
      assertEquals(text, run.out());
      assertEquals("E" + text, run.err());
    }
  }

  @Test
  void shouldPrintEveryByteValue() throws Exception {
    byte[] bytes = new byte[512];
    for (int i = 0; i < bytes.length; i++) {
      bytes[i] = (byte) i;
    }
    try (ProgramRun run = ProgramRun.of(NEW.printBytes(bytes))) {
      assertEquals(0, run.exit());
      assertArrayEquals(bytes, run.outBytes());
    }
  }

  @Test
  void shouldFillFastOnBothStreams() throws Exception {
    ChildProgram program = NEW.filler(3_000_000).fillerError(100_000).print("done").filler(70_001);
    try (ProgramRun run = ProgramRun.of(program)) {
      assertEquals(0, run.exit());
      assertEquals("x".repeat(3_000_000) + "done" + "x".repeat(70_001), run.out());
      assertEquals(100_000, run.err().length());
    }
  }

  @Test
  void shouldRepeatLineSoManyTimes() throws Exception {
    try (ProgramRun run = ProgramRun.of(NEW.repeat("a b\n", 1_000).repeatError("no end,", 3))) {
      assertEquals(0, run.exit());
      assertEquals("a b\n".repeat(1_000), run.out());
      assertEquals("no end,".repeat(3), run.err());
    }
  }

  @Test
  void shouldRepeatUntilTheReaderLeaves() throws Exception {
    Process process = NEW.repeatForever("line\n").builder().start();
    try {
      try (InputStream out = process.getInputStream()) {
        assertEquals("line\n".repeat(20_000), new String(out.readNBytes(100_000), UTF_8));
      }
      assertTrue(process.waitFor(30, TimeUnit.SECONDS));
      assertTrue(process.exitValue() == 128 + 13 || process.exitValue() == 0, "killed by SIGPIPE");
    } finally {
      end(process);
    }
  }

  @Test
  void shouldReadEchoAndCountInput() throws Exception {
    byte[] input = "abc\0défgh and a long rest".getBytes(UTF_8);
    try (ProgramRun run = ProgramRun.of(NEW.read(2).echo(3).countInput())) {
      assertEquals(0, run.exit(input));
      assertEquals("c\0dstdin " + (input.length - 5) + "\n", run.out());
    }
  }

  @Test
  void shouldEchoAllWithoutAnotherProcessWhenLast() throws Exception {
    byte[] input = new byte[1 << 20];
    Arrays.fill(input, (byte) 'q');
    Process process = NEW.echoAll().builder().start();
    try (OutputStream stdin = process.getOutputStream()) {
      Thread feeder = new Thread(() -> feed(stdin, input), "feeder");
      feeder.start();
      ByteArrayOutputStream got = new ByteArrayOutputStream();
      got.write(process.getInputStream().readNBytes(100));
      assertTrue(Procs.children(process.pid()).isEmpty(), "it is one process");
      process.getInputStream().transferTo(got);
      feeder.join();
      assertArrayEquals(input, got.toByteArray());
    } finally {
      end(process);
    }
  }

  @Test
  void shouldDropAllInput() throws Exception {
    try (ProgramRun run = ProgramRun.of(NEW.readAll().print("end"))) {
      assertEquals(0, run.exit(new byte[300_000]));
      assertEquals("end", run.out());
    }
  }

  @Test
  void shouldShowEndOfFileWhileAliveWhenStreamsAreClosed() throws Exception {
    Process process =
        NEW.print("x").closeStdin().closeStdout().closeStderr().runForever().builder().start();
    try {
      assertEquals("x", new String(process.getInputStream().readAllBytes(), UTF_8));
      assertEquals(-1, process.getErrorStream().read());
      assertTrue(process.isAlive());
      assertThrows(IOException.class, () -> fill(process.getOutputStream()));
    } finally {
      end(process);
    }
  }

  @Test
  void shouldEndAtTheSafetyLimitWhenBlockedOnItsOutput() throws Exception {
    Process process = NEW.safetyLimit(ofSeconds(1)).filler(1_000_000).builder().start();
    try {
      assertTrue(process.waitFor(30, TimeUnit.SECONDS));
      assertEquals(128 + 14, process.exitValue());
    } finally {
      end(process);
    }
  }

  @Test
  void shouldEndAtTheSafetyLimitWhenBlockedOnItsInput() throws Exception {
    Process process = NEW.safetyLimit(ofSeconds(1)).read(5).print("never").builder().start();
    try {
      assertTrue(process.waitFor(30, TimeUnit.SECONDS));
      assertEquals(128 + 14, process.exitValue());
      Await.soon().until("no helper", () -> Procs.descendants(process.pid()).isEmpty());
    } finally {
      end(process);
    }
  }

  @Test
  void shouldWriteTouchAndAwaitFiles(@TempDir Path directory) throws Exception {
    Path gate = directory.resolve("it's the gate");
    Path written = directory.resolve("written");
    try (ProgramRun run =
        ProgramRun.of(NEW.writeFile(written, "content é\n").awaitFile(gate).print("through"))) {
      Await.soon().until("the file is there", () -> Files.exists(written));
      assertEquals("content é\n", Files.readString(written));
      assertEquals("", run.out());
      assertTrue(run.process.isAlive());
      try (ProgramRun opener = ProgramRun.of(NEW.touch(gate))) {
        assertEquals(0, opener.exit());
      }
      assertEquals(0, run.exit());
      assertEquals("through", run.out());
    }
  }

  @Test
  void shouldSayWhichFileNeverAppeared(@TempDir Path directory) throws Exception {
    ChildProgram program = NEW.safetyLimit(ofSeconds(1)).awaitFile(directory.resolve("never"));
    try (ProgramRun run = ProgramRun.of(program)) {
      assertEquals(99, run.exit());
      assertTrue(run.err().contains("never appeared: " + directory), run.err());
    }
  }

  @Test
  void shouldSleepThenGoOn() throws Exception {
    long start = System.nanoTime();
    try (ProgramRun run =
        ProgramRun.of(NEW.sleep(ofMillis(450)).print("awake").sleep(ofMillis(50)))) {
      assertEquals(0, run.exit());
      assertTrue(System.nanoTime() - start >= ofMillis(500).toNanos());
      assertEquals("awake", run.out());
    }
  }

  @Test
  void shouldRefuseWhatCannotWork() {
    assertThrows(IllegalArgumentException.class, () -> NEW.sleep(ofSeconds(61)));
    assertThrows(IllegalArgumentException.class, () -> NEW.printBytes(new byte[200_000]));
    assertThrows(IllegalArgumentException.class, () -> NEW.filler(-1));
    assertThrows(IllegalArgumentException.class, () -> NEW.exit(256));
    assertThrows(IllegalArgumentException.class, () -> NEW.ignoring("term; rm"));
    assertThrows(IllegalArgumentException.class, () -> NEW.safetyLimit(ofSeconds(0)));
    assertThrows(IllegalArgumentException.class, () -> NEW.forkStorm(100_000, ofSeconds(1)));
    assertFalse(NEW.command().isEmpty());
  }

  private static void feed(OutputStream stdin, byte[] input) {
    try (stdin) {
      stdin.write(input);
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  private static void fill(OutputStream stdin) throws IOException {
    for (int i = 0; i < 100; i++) {
      stdin.write(new byte[10_000]);
      stdin.flush();
    }
  }

  private static void end(Process process) throws IOException {
    process.destroyForcibly();
    try {
      process.getOutputStream().close();
    } catch (IOException e) {
      // what was left in the buffer found no reader
    }
    process.getInputStream().close();
    process.getErrorStream().close();
  }
}
