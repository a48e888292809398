/* SPDX-License-Identifier: Apache-2.0 */
package dev.keelson.testkit.dropin;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * A JVM of its own, for what cannot be changed in a running one: {@code FLAVOUR RESULT-FILE TASKS
 * [ARGUMENTS]}. The results go to a file, since the JVM may have no standard streams.
 */
final class DropInMain {

  private DropInMain() {}

  public static void main(String[] args) throws Exception {
    Flavour flavour = Flavour.valueOf(args[0]);
    Path result = Path.of(args[1]);
    List<String> rest = List.of(args).subList(3, args.length);
    List<String> said = new ArrayList<>();
    for (String task : args[2].split(",")) {
      said.add(Scenario.attempt(() -> task(flavour, task, rest)));
    }
    String text = String.join("\n", said);
    Path partial = result.resolveSibling(result.getFileName() + ".part");
    Files.writeString(partial, text);
    Files.move(partial, result);
  }

  private static Object task(Flavour flavour, String task, List<String> command) throws Exception {
    try (Subject subject = new Subject(flavour)) {
      AnyBuilder builder = subject.of(command);
      return switch (task) {
        case "run" -> run(builder);
        case "inherit" -> Subject.run(builder.inheritIO().start());
        case "unset" -> {
          builder.environment().keySet().removeIf(name -> name.startsWith("DROPIN"));
          yield run(builder);
        }
        case "set" -> {
          builder.environment().put("DROPIN_SET", "1");
          yield run(builder);
        }
        case "clear" -> {
          builder.environment().clear();
          yield run(builder);
        }
        default -> throw new IllegalArgumentException(task);
      };
    }
  }

  /** Everything as exact bytes. */
  private static Object run(AnyBuilder builder) throws IOException, InterruptedException {
    Process process = builder.start();
    process.getOutputStream().write("in\n".getBytes(StandardCharsets.UTF_8));
    closeQuietly(process);
    byte[] out = process.getInputStream().readAllBytes();
    byte[] err = process.getErrorStream().readAllBytes();
    return "out=" + sorted(out) + " err=" + sorted(err) + " exit=" + process.waitFor();
  }

  /** The order of variables in an environment means nothing. */
  private static String sorted(byte[] bytes) {
    String[] parts = new String(bytes, StandardCharsets.ISO_8859_1).split("\0");
    Arrays.sort(parts);
    return String.join("|", parts);
  }

  private static void closeQuietly(Process process) {
    try {
      process.getOutputStream().close();
    } catch (IOException doesNotRead) {
      // Most of the programs do not read.
    }
  }
}
