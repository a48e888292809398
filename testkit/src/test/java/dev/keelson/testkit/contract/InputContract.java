/* SPDX-License-Identifier: Apache-2.0 */
package dev.keelson.testkit.contract;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
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
import dev.keelson.process.Stdin;
import dev.keelson.process.Stdout;
import dev.keelson.testkit.Procs;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.io.SequenceInputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** Where a child's input comes from. */
abstract class InputContract extends ContractSuite {

  @Test
  void shouldShowTheEndOfInputAtOnceWhenNothingIsSaid() throws Exception {
    Result result = launcher().run(Command.of("cat").timeout(SOON));

    assertEquals("", result.stdoutText());
  }

  @Test
  void shouldPassBytesUnchanged() throws Exception {
    byte[] bytes = new byte[300_000];
    new Random(7).nextBytes(bytes);

    Command cat = Command.of("cat").stdin(Stdin.bytes(bytes));
    assertArrayEquals(bytes, launcher().run(cat).stdout());
    assertArrayEquals(bytes, launcher().run(cat).stdout(), "a command can be run again");
  }

  @Test
  void shouldEncodeTextInTheCommandsCharset() throws Exception {
    Command command =
        sh("od -An -tx1 | tr -d ' '").charset(ISO_8859_1).stdin(Stdin.text("\u00e4\u00f6"));

    assertEquals("e4f6", launcher().run(command).stdoutTrimmed());
  }

  @Test
  void shouldGiveAFileAsADescriptor() throws Exception {
    Path file = Files.writeString(dir.resolve("in"), "content");

    Result result =
        launcher().run(sh("readlink /proc/$$/fd/0; cat").stdin(Stdin.file(file.toRealPath())));

    assertEquals(file.toRealPath() + "\ncontent", result.stdoutText());
  }

  @Test
  void shouldKeepItsFilesWhenDetachedAfterwards() throws Exception {
    Path in = Files.writeString(dir.resolve("in"), "content");
    Path out = dir.resolve("out");

    launcher().run(Command.of("cat").stdin(Stdin.file(in)).stdout(Stdout.file(out)).detached());

    assertEquals("content", Files.readString(out));
  }

  @Test
  void shouldRefuseAFileThatIsMissing() {
    Command command = Command.of("cat").stdin(Stdin.file(dir.resolve("missing")));

    LaunchException.Refused refused =
        assertThrows(LaunchException.Refused.class, () -> launcher().run(command));
    assertTrue(refused.getMessage().contains("missing"), refused.getMessage());
  }

  @Test
  void shouldInheritTheParentsOwn() throws Exception {
    Result result = launcher().run(sh("readlink /proc/$$/fd/0").stdin(Stdin.inherit()));

    String ours = Procs.descriptors(ProcessHandle.current().pid()).get(0);
    assertEquals(ours, result.stdoutTrimmed());
  }

  @Test
  void shouldReadAStreamOnceForEachRunAndCloseIt() throws Exception {
    AtomicInteger opened = new AtomicInteger();
    AtomicInteger closed = new AtomicInteger();
    Command command =
        Command.of("cat")
            .stdin(
                Stdin.stream(
                    () -> {
                      opened.incrementAndGet();
                      return new ByteArrayInputStream("stream".getBytes(ISO_8859_1)) {
                        @Override
                        public void close() {
                          closed.incrementAndGet();
                        }
                      };
                    }));

    assertEquals("stream", launcher().run(command).stdoutText());
    assertEquals("stream", launcher().run(command).stdoutText());
    assertEquals(2, opened.get());
    assertEquals(2, closed.get());
  }

  @Test
  void shouldNotFailWhenTheChildDoesNotReadIt() throws Exception {
    byte[] tenMebibytes = new byte[10 << 20];

    assertEquals(0, launcher().run(Command.of("true").stdin(Stdin.bytes(tenMebibytes))).exitCode());
    Command closesIt = sh("exec 0<&-; echo done").stdin(Stdin.bytes(tenMebibytes));
    assertEquals("done\n", launcher().run(closesIt).stdoutText());
    Command ignoresIt =
        sh("sleep 0.1; echo done")
            .stdin(Stdin.stream(() -> new ByteArrayInputStream(tenMebibytes)));
    assertEquals("done\n", launcher().run(ignoresIt).stdoutText());
  }

  @Test
  void shouldEndAChildThatWouldTakeHalfAnInputForTheWhole() throws Exception {
    IOException broken = new IOException("broken");
    Path marker = dir.resolve("marker");
    Command command =
        sh("cat >/dev/null && : >\"$0\"")
            .args(marker.toString())
            .stdin(
                Stdin.stream(
                    () ->
                        new SequenceInputStream(
                            new ByteArrayInputStream(new byte[5]), new FailingStream(broken))));

    CommandException failure = assertThrows(CommandException.class, () -> launcher().run(command));

    assertSame(broken, failure.getCause());
    assertFalse(Files.exists(marker), "the child went on");
    assertTrue(failure.result().teardown().isPresent());
  }

  @Test
  void shouldFailWhenTheSupplierFails() {
    IllegalStateException broken = new IllegalStateException("no stream");
    Command throwing =
        Command.of("cat")
            .stdin(
                Stdin.stream(
                    () -> {
                      throw broken;
                    }));
    Command nothing = Command.of("cat").stdin(Stdin.stream(() -> null));

    assertSame(
        broken, assertThrows(CommandException.class, () -> launcher().run(throwing)).getCause());
    assertInstanceOf(
        NullPointerException.class,
        assertThrows(CommandException.class, () -> launcher().run(nothing)).getCause());
  }

  @Test
  void shouldNotWaitForAStreamThatBlocksWhenTheChildHasEnded() throws Exception {
    CountDownLatch interrupted = new CountDownLatch(1);
    Command command = sh("echo done").stdin(Stdin.stream(() -> new BlockedStream(interrupted)));
    long start = System.nanoTime();

    assertEquals("done\n", launcher().run(command).stdoutText());

    assertWithin(SOON, start);
    assertTrue(interrupted.await(10, TimeUnit.SECONDS), "its thread was left waiting");
  }

  /** A stream that fails. */
  private static final class FailingStream extends InputStream {
    private final IOException failure;

    FailingStream(IOException failure) {
      this.failure = failure;
    }

    @Override
    public int read() throws IOException {
      throw failure;
    }
  }

  /** A stream that waits for an interrupt. */
  private static final class BlockedStream extends InputStream {
    private final CountDownLatch interrupted;

    BlockedStream(CountDownLatch interrupted) {
      this.interrupted = interrupted;
    }

    @Override
    public int read() throws IOException {
      try {
        TimeUnit.SECONDS.sleep(40);
        return -1;
      } catch (InterruptedException e) {
        interrupted.countDown();
        throw new InterruptedIOException();
      }
    }
  }
}
