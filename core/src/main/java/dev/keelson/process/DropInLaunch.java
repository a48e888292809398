/* SPDX-License-Identifier: Apache-2.0 */
package dev.keelson.process;

import dev.keelson.internal.spawn.EnvironmentEdits;
import dev.keelson.internal.spawn.Errno;
import dev.keelson.internal.spawn.SpawnEngine;
import dev.keelson.internal.spawn.SpawnRequest;
import dev.keelson.internal.spawn.Spawned;
import dev.keelson.internal.spawn.Stdio;
import java.io.File;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.util.List;
import javax.annotation.Nullable;

/**
 * One start with the checks of {@link ProcessBuilder#start()}, in its order and with its messages.
 */
final class DropInLaunch {

  private static final String CANNOT_RUN = "Cannot run program \"";

  private final ProcessBuilder attributes;
  private final boolean environmentUsed;

  /** A start with what {@code attributes} holds when it happens. */
  DropInLaunch(ProcessBuilder attributes, boolean environmentUsed) {
    this.attributes = attributes;
    this.environmentUsed = environmentUsed;
  }

  Stdio stdin() {
    return DropInRedirects.stdin(attributes.redirectInput());
  }

  Stdio stdout() {
    return DropInRedirects.output(attributes.redirectOutput());
  }

  /**
   * Starts it with the first two streams as given: a pipeline connects them otherwise than the
   * builder says.
   */
  DropInProcess start(SpawnEngine engine, Stdio stdin, Stdio stdout) throws IOException {
    List<String> command = checkedCommand();
    @Nullable File directory = attributes.directory();
    boolean merge = attributes.redirectErrorStream();
    EnvironmentEdits environment =
        environmentUsed ? DropInEnvironment.edits(attributes.environment()) : EnvironmentEdits.NONE;
    Discard discard = new Discard(); // whose class could not be loaded without memory
    try {
      if (merge) {
        DropInRedirects.touch(attributes.redirectError());
      }
      return adopt(
          engine.spawn(
              new SpawnRequest(
                  command,
                  environment,
                  directory,
                  stdin,
                  stdout,
                  merge ? Stdio.NULL : DropInRedirects.output(attributes.redirectError()),
                  merge,
                  false,
                  null,
                  null)),
          discard);
    } catch (IOException e) {
      throw inTheWordsOfTheJdk(e, command.get(0), directory);
    }
  }

  /** Makes a process of one that was just started, or leaves nothing of it. */
  private static DropInProcess adopt(Spawned spawned, Discard discard) {
    try {
      return DropInProcess.over(spawned);
    } catch (RuntimeException | Error e) {
      discard.process(spawned);
      throw e;
    }
  }

  private List<String> checkedCommand() throws IOException {
    // The caller's list may change at any time: what is checked must be what is run.
    List<String> command = attributes.command();
    String[] words = command.toArray(new String[command.size()]).clone();
    for (String word : words) {
      if (word == null) {
        throw new NullPointerException();
      }
    }
    var unused = words[0]; // an IndexOutOfBoundsException where the command is empty
    for (String word : words) {
      if (word.indexOf('\0') >= 0) {
        throw new IOException("invalid null character in command");
      }
    }
    return List.of(words);
  }

  /**
   * What failed before the engine came to the JDK's own start, such as a pipe, has a shorter
   * message.
   */
  private static IOException inTheWordsOfTheJdk(
      IOException e, String program, @Nullable File directory) {
    @Nullable String message = e.getMessage();
    String why = message == null ? e.toString() : message;
    if (why.startsWith(CANNOT_RUN)) {
      return e;
    }
    int errno = Errno.of(e);
    boolean isFile = e instanceof FileNotFoundException;
    boolean needsNumber = errno != Errno.UNKNOWN && !isFile && !why.contains("error");
    return new IOException(
        CANNOT_RUN
            + program
            + "\""
            + (directory == null ? "" : " (in directory \"" + directory + "\")")
            + ": "
            + (needsNumber ? "error=" + errno + ", " : "")
            + why,
        e);
  }
}
