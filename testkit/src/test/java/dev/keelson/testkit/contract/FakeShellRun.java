/* SPDX-License-Identifier: Apache-2.0 */
package dev.keelson.testkit.contract;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.keelson.testkit.FakeProcess;
import dev.keelson.testkit.FakeProgram;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** One script that a {@link FakeShell} carries out, statement by statement. */
final class FakeShellRun {

  private static final Pattern TRAP = Pattern.compile("trap '([^']*)' (\\w+)");
  private static final Pattern TO_FILE = Pattern.compile("(.*?) ?(>>?)\"\\$(\\d)\"");
  private static final Pattern TAKEN = Pattern.compile("yes (\\S+) \\| head -c (\\d+) ?(>&2)?");

  private final FakeProcess self;
  private final FakeShell shell;
  private List<String> args = List.of();
  private long lastChild;
  private boolean inputClosed;
  private String line = "";

  FakeShellRun(FakeProcess self, FakeShell shell) {
    this.self = self;
    this.shell = shell;
  }

  int script(String text, List<String> arguments) throws IOException {
    args = arguments;
    int code = 0;
    for (String statement : statements(text)) {
      code = statement(statement);
    }
    return code;
  }

  /** Splits at the semicolons that are in no quotes, parentheses or loops. */
  private static List<String> statements(String text) {
    List<String> all = new ArrayList<>();
    StringBuilder one = new StringBuilder();
    boolean quoted = false;
    int depth = 0;
    for (String token :
        text.split("(?<=[;'() \n])|(?=[;'() \n])|(?<=(?<!&)&(?!&))|(?=(?<!&)&(?!&))")) {
      quoted ^= token.equals("'");
      depth += token.equals("(") || token.equals("do") ? 1 : 0;
      depth -= token.equals(")") || token.equals("done") ? 1 : 0;
      boolean loop = one.toString().strip().matches("(?s)(while|until|for) .*");
      boolean ampersand = token.equals("&") && !one.toString().endsWith(">");
      if (!quoted && depth == 0 && ampersand) {
        all.add(one.append(token).toString().strip());
        one.setLength(0);
      } else if (!quoted && depth == 0 && token.equals(";") && !(loop && !isClosed(one))) {
        all.add(one.toString().strip());
        one.setLength(0);
      } else {
        one.append(token);
      }
    }
    all.add(one.toString().strip());
    all.removeIf(String::isEmpty);
    return all;
  }

  private static boolean isClosed(StringBuilder loop) {
    return loop.toString().stripTrailing().endsWith("done");
  }

  private int statement(String text) throws IOException {
    if (text.endsWith("&")) {
      return background(text.substring(0, text.length() - 1).strip());
    }
    int and = text.indexOf(" && ");
    if (and > 0 && text.indexOf('\'') < 0) {
      int code = statement(text.substring(0, and));
      return code == 0 ? statement(text.substring(and + 4)) : code;
    }
    Matcher trap = TRAP.matcher(text);
    if (trap.matches()) {
      return trap(trap.group(1), trap.group(2));
    }
    if (text.matches("while :; do sleep [0-9.]+; done")) {
      self.hang();
    }
    if (text.equals("while read -r line; do echo \"got $line\"; done")) {
      for (String line = readLine(); !line.isEmpty(); line = readLine()) {
        self.stdout().write(FakeShell.line("got " + line));
      }
      return 0;
    }
    Matcher gate =
        Pattern.compile("until \\[ -e \"\\$(\\d)\" ]; do sleep ([0-9.]+); done").matcher(text);
    if (gate.matches()) {
      while (Files.notExists(Path.of(args.get(Integer.parseInt(gate.group(1)))))) {
        simple(List.of("sleep", gate.group(2)));
      }
      return 0;
    }
    Matcher counted = Pattern.compile("for i in ([0-9 ]+); do (.*); done").matcher(text);
    if (counted.matches()) {
      for (String i : counted.group(1).split(" ")) {
        script(counted.group(2).replace("$i", i), args);
      }
      return 0;
    }
    Matcher taken = TAKEN.matcher(text);
    if (taken.matches()) {
      return repeat(taken.group(1), Long.parseLong(taken.group(2)), taken.group(3) != null);
    }
    Matcher file = TO_FILE.matcher(text);
    if (file.matches()) {
      return toFile(file.group(1), file.group(2), file.group(3));
    }
    return plain(text);
  }

  private int plain(String text) throws IOException {
    boolean error = text.endsWith(">&2");
    boolean nowhere = text.endsWith(" >/dev/null");
    String rest = error || nowhere ? text.substring(0, text.lastIndexOf('>')).strip() : text;
    OutputStream out =
        nowhere ? OutputStream.nullOutputStream() : error ? self.stderr() : self.stdout();
    if (rest.equals("exec 0<&-")) {
      inputClosed = true;
      return 0;
    } else if (rest.equals("wait")) {
      self.waitForChildren();
      return 0;
    } else if (rest.startsWith("read -r ")) {
      line = rest.endsWith("</dev/null") || inputClosed ? "" : readLine();
      return line.isEmpty() ? 1 : 0;
    } else if (rest.matches("kill -[A-Z]+ \\$\\$")) {
      self.die(rest.substring(6, rest.length() - 3));
    }
    return simple(words(rest.startsWith("exec ") ? rest.substring(5) : rest), out);
  }

  private List<String> words(String text) {
    if (text.matches(".*[|`*?(<>].*") && !text.startsWith("echo") || text.contains("&&")) {
      shell.note(text);
    }
    List<String> all = new ArrayList<>();
    Matcher word = Pattern.compile("'([^']*)'|\"([^\"]*)\"|(\\S+)").matcher(text);
    while (word.find()) {
      String plain = word.group(1);
      all.add(
          plain != null ? plain : expanded(word.group(2) != null ? word.group(2) : word.group(3)));
    }
    return all;
  }

  private String expanded(String text) {
    String result = text.replace("$$", Long.toString(self.pid())).replace("$line", line);
    for (int i = 0; i < args.size(); i++) {
      result = result.replace("$" + i, args.get(i));
    }
    for (String name : List.of("TOKEN", "HOME")) {
      result = result.replace("$" + name, self.environment(name).orElse(""));
    }
    return result;
  }

  private int background(String text) throws IOException {
    boolean quiet = text.contains(">/dev/null");
    String body = text.replaceAll("^\\(|\\)$", "").replace(">/dev/null 2>&1", "").strip();
    if (body.startsWith("setsid")) {
      shell.note("setsid");
    }
    List<String> inherited = args;
    FakeProgram child = process -> new FakeShellRun(process, shell).script(body, inherited);
    lastChild = (quiet ? self.daemon(child) : self.fork(child)).pid();
    return 0;
  }

  private int trap(String body, String signal) {
    if (body.isEmpty()) {
      self.ignore(signal);
      return 0;
    }
    self.on(
        signal,
        () -> {
          try {
            script(body, args);
          } catch (IOException e) {
            throw new UncheckedIOException(e);
          }
        });
    return 0;
  }

  private int toFile(String command, String how, String argument) throws IOException {
    Path file = Path.of(args.get(Integer.parseInt(argument)));
    String text =
        command.startsWith("echo")
            ? String.join(" ", words(command.substring(4).replace("$!", Long.toString(lastChild))))
                + "\n"
            : "";
    OpenOption[] options =
        how.equals(">>")
            ? new OpenOption[] {StandardOpenOption.CREATE, StandardOpenOption.APPEND}
            : new OpenOption[0];
    Files.writeString(file, text, options);
    return 0;
  }

  int simple(List<String> words) throws IOException {
    return simple(words, self.stdout());
  }

  private int simple(List<String> words, OutputStream out) throws IOException {
    String first = words.size() > 1 ? words.get(1) : "";
    switch (words.get(0)) {
      case "true", ":" -> {}
      case "exit" -> self.exit(first.isEmpty() ? 0 : Integer.parseInt(first));
      case "echo" -> out.write(FakeShell.line(String.join(" ", words.subList(1, words.size()))));
      case "sleep" -> self.sleep(Duration.ofNanos((long) (Double.parseDouble(first) * 1e9)));
      case "cat" -> self.stdin().transferTo(out);
      case "yes" -> repeat("y", Long.MAX_VALUE, false);
      case "wc" -> out.write(FakeShell.line(Integer.toString(self.stdin().readAllBytes().length)));
      case "tr" -> {
        String text = new String(self.stdin().readAllBytes(), UTF_8);
        out.write(text.replace(first, words.get(2)).getBytes(UTF_8));
      }
      case "printf" -> printf(words, out);
      case "head" -> head(words, out);
      default -> {
        shell.note(words.get(0));
        return 127;
      }
    }
    return 0;
  }

  private void printf(List<String> words, OutputStream out) throws IOException {
    String format = words.get(1).replace("\\n", "\n").replace("\\r", "\r");
    String text = format.matches("%\\d+s") ? String.format(format, words.get(2)) : format;
    out.write(text.getBytes(UTF_8));
  }

  private void head(List<String> words, OutputStream out) throws IOException {
    if (words.get(1).equals("-c")) {
      long left = Long.parseLong(words.get(2));
      for (byte[] zeros = new byte[8192]; left > 0; left -= zeros.length) {
        out.write(zeros, 0, (int) Math.min(left, zeros.length));
      }
      return;
    }
    for (int i = Integer.parseInt(words.get(2)); i > 0; i--) {
      out.write(FakeShell.line(readLine()));
    }
  }

  private int repeat(String word, long bytes, boolean error) throws IOException {
    byte[] block = FakeShell.line(word);
    byte[] many = new byte[block.length * 512];
    for (int i = 0; i < many.length; i++) {
      many[i] = block[i % block.length];
    }
    OutputStream out = error ? self.stderr() : self.stdout();
    for (long left = bytes; left > 0; left -= many.length) {
      out.write(many, 0, (int) Math.min(left, many.length));
    }
    return 0;
  }

  /** One line without its end; empty at the end of the input. */
  private String readLine() throws IOException {
    InputStream in = self.stdin();
    ByteArrayOutputStream line = new ByteArrayOutputStream();
    for (int b = in.read(); b >= 0 && b != '\n'; b = in.read()) {
      line.write(b);
    }
    return line.toString(UTF_8);
  }
}
