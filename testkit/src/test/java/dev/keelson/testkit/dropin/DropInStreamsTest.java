/* SPDX-License-Identifier: Apache-2.0 */
package dev.keelson.testkit.dropin;

import static dev.keelson.testkit.dropin.Scenario.attempt;
import static dev.keelson.testkit.dropin.Scenario.of;
import static dev.keelson.testkit.dropin.Subject.text;
import static java.nio.charset.StandardCharsets.UTF_8;

import dev.keelson.testkit.Await;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.lang.ProcessBuilder.Redirect;
import java.util.Arrays;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.parallel.Isolated;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The streams of a process, side by side with the JDK's. */
@Tag("process")
@Isolated("the leak oracle sees the whole JVM")
class DropInStreamsTest {

  @ParameterizedTest
  @MethodSource({"reading", "readingAfterExit", "closedInputs", "nullStreams"})
  void shouldReadAsTheJdkDoes(Scenario scenario) throws Exception {
    scenario.verify();
  }

  @ParameterizedTest
  @MethodSource({"writing", "writingAfterExit"})
  void shouldWriteAsTheJdkDoes(Scenario scenario) throws Exception {
    scenario.verify();
  }

  static Stream<Scenario> reading() {
    return Stream.of(
        of("everything", s -> out(s, "head -c 300000 /dev/zero").readAllBytes().length),
        of("bytes", s -> bytes(out(s, "printf '\\377\\0a'"))),
        of("ranges", s -> ranges(out(s, "printf abc"))),
        of("no bytes", s -> out(s, "printf abc").read(new byte[3], 3, 0)),
        of("a range outside", s -> out(s, "printf abc").read(new byte[3], 1, 3)),
        of("a negative range", s -> out(s, "printf abc").read(new byte[3], -1, 2)),
        of("into null", s -> out(s, "printf abc").read(null, 0, 1)),
        of("end again and again", s -> again(out(s, ""))),
        of("readNBytes", s -> out(s, "printf abc; sleep 0.1; printf def").readNBytes(5)),
        of("skip", s -> skip(out(s, "printf abcdef"), 2)),
        of("skip beyond", s -> skip(out(s, "printf abcdef"), 10)),
        of("skip many", s -> skip(out(s, "head -c 20000 /dev/zero; printf x"), 20_000)),
        of("skip none", s -> skip(out(s, "printf abc"), -1)),
        of("skipNBytes", s -> skipN(out(s, "printf abc"), 4)),
        of("mark", s -> mark(out(s, "printf abcdef"))),
        of("markSupported", s -> out(s, "").markSupported()),
        of("reset without mark", s -> reset(out(s, ""))),
        of("transferTo", s -> transfer(out(s, "head -c 100000 /dev/zero"))),
        of("available while nothing is there", s -> out(s, "exec sleep 60").available()),
        of("available", DropInStreamsTest::available),
        of("available counts what was read ahead", DropInStreamsTest::readAhead),
        of("a slow writer", s -> text(out(s, "for i in 1 2 3; do printf $i; sleep 0.05; done"))),
        of(
            "an interrupted thread can read",
            s -> {
              Thread.currentThread().interrupt();
              String text = text(out(s, "sleep 0.2; printf abc"));
              return text + Thread.interrupted();
            }),
        of(
            "closing stops the writer",
            s -> {
              Process process = s.sh("exec yes").start();
              process.getInputStream().read();
              process.getInputStream().close();
              return process.waitFor();
            }));
  }

  private static InputStream out(Subject s, String script) throws IOException {
    return s.sh(script).start().getInputStream();
  }

  private static String bytes(InputStream in) throws IOException {
    return in.read() + " " + in.read() + " " + in.read() + " " + in.read();
  }

  private static String ranges(InputStream in) throws IOException {
    byte[] target = new byte[5];
    int count = in.read(target, 1, 2);
    int more = in.read(target, 3, 2);
    return count + " " + more + " " + new String(target, UTF_8);
  }

  private static String again(InputStream in) throws IOException {
    return in.read() + " " + in.read(new byte[2]) + " " + in.skip(1) + in.readAllBytes().length;
  }

  private static String skip(InputStream in, long count) throws IOException {
    in.read(); // the buffer takes what it can get
    long skipped = in.skip(count);
    while (skipped < count) {
      long more = in.skip(count - skipped);
      if (more == 0) {
        break;
      }
      skipped += more;
    }
    return skipped + " " + text(in);
  }

  private static Object skipN(InputStream in, long count) throws IOException {
    in.skipNBytes(count);
    return "skipped";
  }

  private static String mark(InputStream in) throws IOException {
    in.read();
    in.mark(10);
    String first = new String(in.readNBytes(2), UTF_8);
    in.reset();
    return first + text(in);
  }

  private static Object reset(InputStream in) throws IOException {
    in.reset();
    return "reset";
  }

  private static long transfer(InputStream in) throws IOException {
    return in.transferTo(new ByteArrayOutputStream());
  }

  private static Object available(Subject s) throws Exception {
    InputStream in = out(s, "printf abcdef; exec sleep 60");
    return Await.soon().value("six bytes", in::available, count -> count == 6);
  }

  private static Object readAhead(Subject s) throws Exception {
    InputStream in = out(s, "printf abcdef; exec sleep 60");
    Await.soon().until("six bytes", () -> in.available() == 6);
    return in.read() + " " + in.available();
  }

  static Stream<Scenario> readingAfterExit() {
    String both = "printf '%4095s' x; printf '%4095s' y >&2; exit 5";
    return Stream.of(
        of("everything", s -> text(exited(s, both).getErrorStream()).length()),
        of("a lot", s -> text(exited(s, "head -c 60000 /dev/zero").getInputStream()).length()),
        of("nothing", s -> again(exited(s, "").getInputStream())),
        of("mark", s -> mark(exited(s, "printf abcdef").getInputStream())),
        of(
            "half before and half after",
            s -> {
              Process process = s.sh("printf abc; read x; printf def").start();
              InputStream in = process.getInputStream();
              String half = new String(in.readNBytes(2), UTF_8);
              process.getOutputStream().close();
              process.waitFor();
              return half + text(in);
            }),
        of(
            "a parked reader sees the end",
            s -> {
              Process process = s.sh("read x; printf abc; exit 3").start();
              s.thread(() -> attempt(() -> afterAWhile(process)));
              return text(process.getInputStream()) + process.waitFor();
            }));
  }

  private static Object afterAWhile(Process process) throws Exception {
    Thread.sleep(50);
    process.getOutputStream().close();
    return "closed";
  }

  private static Process exited(Subject s, String script) throws Exception {
    Process process = s.sh(script).start();
    process.waitFor();
    return process;
  }

  static Stream<Scenario> closedInputs() {
    return Stream.of(
        of("while it runs", s -> closed(out(s, "echo a; exec sleep 60"))),
        of("after exit", s -> closed(exited(s, "echo a").getInputStream())),
        of("closed before exit, read after", DropInStreamsTest::closedBeforeExit),
        of("half read", DropInStreamsTest::closedHalfRead));
  }

  private static String closed(InputStream in) throws IOException {
    in.close();
    in.close();
    return attempt(in::read)
        + ", "
        + attempt(() -> in.read(new byte[1]))
        + ", "
        + attempt(in::available)
        + ", "
        + attempt(() -> in.skip(1))
        + ", "
        + attempt(() -> reset(in));
  }

  private static Object closedBeforeExit(Subject s) throws Exception {
    Process process = s.sh("read x; exit 4").start();
    process.getInputStream().close();
    process.getOutputStream().close();
    return process.waitFor() + closed(process.getInputStream());
  }

  private static Object closedHalfRead(Subject s) throws Exception {
    Process process = exited(s, "echo abc");
    process.getInputStream().read();
    return closed(process.getInputStream());
  }

  static Stream<Scenario> nullStreams() {
    return Stream.of(
        of("output", s -> nullInput(discarding(s).getInputStream())),
        of("error", s -> nullInput(discarding(s).getErrorStream())),
        of("merged error", s -> again(merged(s).getErrorStream())),
        of("merged error closed", s -> closedMerged(merged(s).getErrorStream()))
            .differs("-1", "a null stream, as documented; the JDK has a pipe nobody writes to"),
        of("input", s -> nullOutput(discarding(s).getOutputStream())),
        of(
            "the same in all processes",
            s -> {
              Process a = discarding(s);
              Process b = discarding(s);
              return a.getInputStream() == b.getErrorStream()
                  && a.getOutputStream() == b.getOutputStream();
            }));
  }

  private static Process discarding(Subject s) throws IOException {
    return s.of("true")
        .redirectInput(Redirect.from(s.file("i", "").toFile()))
        .redirectOutput(Redirect.DISCARD)
        .redirectError(Redirect.DISCARD)
        .start();
  }

  private static Process merged(Subject s) throws IOException {
    return s.of("true").redirectErrorStream(true).start();
  }

  private static Object closedMerged(InputStream in) throws IOException {
    in.close();
    return in.read();
  }

  private static String nullInput(InputStream in) throws IOException {
    String open = again(in) + in.available() + in.markSupported() + in.read(new byte[0]);
    String text = open + attempt(() -> in.read(new byte[1], 1, 1)) + attempt(() -> reset(in));
    in.close();
    return text + " " + again(in) + in.available();
  }

  private static String nullOutput(OutputStream out) {
    String open = writes(out);
    return open + closeOf(out) + writes(out);
  }

  private static String writes(OutputStream out) {
    return write(out, 1) + write(out, 0) + write(out, 9000) + flush(out);
  }

  static Stream<Scenario> writing() {
    return Stream.of(
        of("a line", s -> echoed(s, "line\n".getBytes(UTF_8))),
        of("a lot", s -> echoed(s, "0123456789".repeat(20_000).getBytes(UTF_8))),
        of("exactly the buffer", s -> echoed(s, "x".repeat(8192).getBytes(UTF_8))),
        of("single bytes", DropInStreamsTest::singleBytes),
        of("nothing before the flush", DropInStreamsTest::buffered),
        of("a range outside", s -> rangeOutside(in(s, "cat"), 1, 3)),
        of("null", s -> attempt(() -> nullBytes(in(s, "cat")))),
        of("after close", s -> afterClose(in(s, "read x; exec sleep 60"))),
        of("a lot after close", s -> lotAfterClose(in(s, "read x; exec sleep 60"))),
        of("close twice", s -> closeOf(in(s, "cat")) + closeOf(in(s, "cat"))),
        of("nobody reads: flush", s -> write(unread(s), 1) + flush(unread(s))),
        of("nobody reads: write", s -> write(unread(s), 9000)),
        of("nobody reads: close", DropInStreamsTest::closeUnread),
        of(
            "an interrupted thread can write",
            s -> {
              Process process = s.sh("sleep 0.2; wc -c").start();
              Thread.currentThread().interrupt();
              feed(process.getOutputStream(), new byte[200_000]);
              return Thread.interrupted() + text(process.getInputStream()).strip();
            }));
  }

  private static OutputStream in(Subject s, String script) throws IOException {
    return s.sh(script).start().getOutputStream();
  }

  /** A process that lives and has closed its input. */
  private static OutputStream unread(Subject s) throws IOException {
    Process process = s.sh("exec <&-; echo ready; exec sleep 60").start();
    process.getInputStream().read();
    return process.getOutputStream();
  }

  private static Object echoed(Subject s, byte[] bytes) throws Exception {
    Process process = s.of("cat").start();
    s.thread(() -> attempt(() -> feed(process.getOutputStream(), bytes)));
    return text(process.getInputStream()).hashCode() + " " + process.waitFor();
  }

  private static Object feed(OutputStream out, byte[] bytes) throws IOException {
    try (out) {
      out.write(bytes);
    }
    return "fed";
  }

  private static Object singleBytes(Subject s) throws Exception {
    Process process = s.sh("wc -c").start();
    OutputStream out = process.getOutputStream();
    for (int i = 0; i < 20_000; i++) {
      out.write(i);
    }
    return Subject.run(process).replaceAll(" +", " ");
  }

  private static Object buffered(Subject s) throws Exception {
    Process process = s.sh("head -c1; exec sleep 60").start();
    process.getOutputStream().write('x');
    Thread.sleep(100);
    int before = process.getInputStream().available();
    process.getOutputStream().flush();
    return before + " " + process.getInputStream().read();
  }

  private static Object rangeOutside(OutputStream out, int offset, int length) throws IOException {
    try {
      out.write(new byte[3], offset, length);
      return "fine";
    } catch (IndexOutOfBoundsException e) {
      return "IndexOutOfBoundsException"; // its subclass and text depend on the JDK
    }
  }

  private static Object nullBytes(OutputStream out) throws IOException {
    try {
      out.write(null);
      return "fine";
    } catch (NullPointerException e) {
      return "NullPointerException"; // its text names the JDK's variables
    }
  }

  private static String afterClose(OutputStream out) {
    return closeOf(out) + write(out, 1) + flush(out) + flush(out) + closeOf(out);
  }

  private static String lotAfterClose(OutputStream out) {
    return closeOf(out) + write(out, 9000) + write(out, 0) + closeOf(out);
  }

  private static Object closeUnread(Subject s) throws IOException {
    OutputStream out = unread(s);
    return write(out, 1) + closeOf(out) + closeOf(out) + write(out, 1) + flush(out);
  }

  static Stream<Scenario> writingAfterExit() {
    return Stream.of(
        of("buffered", s -> write(ended(s), 1)),
        of("flush", s -> flushed(ended(s))),
        of("a lot", s -> write(ended(s), 9000)),
        of("close", s -> closeOf(ended(s))),
        of("close with something buffered", s -> closedAfterWrite(ended(s))),
        of("after close", s -> afterClose(ended(s))),
        of(
            "what was buffered before is lost",
            s -> {
              Process process = s.sh("sleep 0.2").start();
              String before = write(process.getOutputStream(), 1);
              process.waitFor();
              settle(process);
              return before + flush(process.getOutputStream());
            }));
  }

  private static OutputStream ended(Subject s) throws Exception {
    Process process = s.sh("exit 0").start();
    process.waitFor();
    settle(process);
    return process.getOutputStream();
  }

  /** The JDK settles its streams soon after waitFor has returned; ours are settled. */
  private static void settle(Process process) throws Exception {
    process.onExit().get();
    Await.soon()
        .until(
            "no thread of the JDK's tells of an exit",
            () ->
                Thread.getAllStackTraces().entrySet().stream()
                    .filter(each -> each.getKey().getName().startsWith("process reaper"))
                    .flatMap(each -> Arrays.stream(each.getValue()))
                    .noneMatch(
                        frame -> frame.getClassName().endsWith("concurrent.CompletableFuture")));
  }

  private static String flushed(OutputStream out) {
    return write(out, 1) + flush(out) + flush(out);
  }

  private static String closedAfterWrite(OutputStream out) {
    return write(out, 1) + closeOf(out) + closeOf(out);
  }

  private static String write(OutputStream out, int count) {
    return attempt(
            () -> {
              if (count == 1) {
                out.write('x');
              } else {
                out.write(new byte[count]);
              }
              return "written";
            })
        + ", ";
  }

  private static String flush(OutputStream out) {
    return attempt(
            () -> {
              out.flush();
              return "flushed";
            })
        + ", ";
  }

  private static String closeOf(OutputStream out) {
    return attempt(
            () -> {
              out.close();
              return "closed";
            })
        + ", ";
  }
}
