/* SPDX-License-Identifier: Apache-2.0 */
package dev.keelson.process;

import dev.keelson.internal.spawn.Errno;
import dev.keelson.internal.spawn.SearchPath;
import dev.keelson.internal.spawn.StatedFailure;
import java.io.File;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import javax.annotation.Nullable;

/**
 * Finds out what a failed start means. The system's number alone is ambiguous: ENOENT may be the
 * program, its interpreter or the working directory. So the file system is looked at, afterwards
 * and only then.
 */
final class LaunchFailures {

  /** Linux allows one argument of 32 pages, its end included (since 2.6.23, MAX_ARG_STRLEN). */
  private static final int LONGEST_ARGUMENT = 32 * 4096;

  private static final int LONGEST_SHEBANG = 256;

  /** By which the JDK starts programs on Linux, and whose error numbers look like the program's. */
  private static final File HELPER =
      new File(System.getProperty("java.home", ""), "lib/jspawnhelper");

  private static final String BROKEN_HELPER =
      "the JDK's own helper "
          + HELPER
          + " is missing or may not be executed; was the JDK replaced or moved?";

  private LaunchFailures() {}

  static LaunchException of(Command command, IOException failure, Duration duration) {
    int errno = Errno.of(failure);
    Failed failed = new Failed(command, failure, errno, duration);
    File directory =
        command.settings().directory == null ? null : command.settings().directory.toFile();
    if (failure instanceof StatedFailure stated) {
      return stated(failed, stated.kind());
    }
    if (redirect(failure) != null && !isResource(errno)) {
      return failed.refused(
          "a file it is redirected to or from cannot be opened: " + redirect(failure));
    }
    return switch (errno) {
      case Errno.ENOENT, Errno.ENOTDIR -> missing(failed, directory);
      case Errno.EACCES -> denied(failed, directory);
      case Errno.ENOEXEC ->
          new LaunchException.BadFormat(
              failed.because("its file is no program for this system and no script"));
      case Errno.E2BIG -> tooLong(failed);
      case Errno.EAGAIN, Errno.EMFILE, Errno.ENFILE, Errno.ENOMEM, Errno.ENOSPC ->
          new LaunchException.ResourceLimit(failed.because(limit(errno)));
      case Errno.ETXTBSY ->
          new LaunchException.TextFileBusy(
              failed.because("its file is open for writing, and stayed so while it was retried"));
      default ->
          directory != null && !directory.isDirectory()
              ? badDirectory(failed, directory)
              : failed.refused(Messages.text(failure));
    };
  }

  /** Where the engine knows better than the file system. */
  private static LaunchException stated(Failed failed, StatedFailure.Kind kind) {
    LaunchException.Details details = failed.because(kind.why());
    return switch (kind) {
      case COMMAND_NOT_FOUND -> new LaunchException.CommandNotFound(details, List.of());
      case NOT_EXECUTABLE -> new LaunchException.NotExecutable(details);
      case BAD_WORKING_DIRECTORY -> new LaunchException.BadWorkingDirectory(details);
      case INTERPRETER_MISSING -> new LaunchException.InterpreterMissing(details, "");
      case BAD_FORMAT -> new LaunchException.BadFormat(details);
      case ARGUMENT_LIST_TOO_LONG -> new LaunchException.ArgumentListTooLong(details, -1);
      case RESOURCE_LIMIT -> new LaunchException.ResourceLimit(details);
      case TEXT_FILE_BUSY -> new LaunchException.TextFileBusy(details);
      case REFUSED -> new LaunchException.Refused(details);
    };
  }

  /** A refusal of our own, before the system was asked. */
  static LaunchException refused(Command command, String why) {
    return new Failed(command, null, 0, Duration.ZERO).refused(why);
  }

  /** The process was started and ended again, because no thread could be had to look after it. */
  static LaunchException noThread(Command command, OutOfMemoryError error, Duration duration) {
    IOException failure = new IOException(error.toString(), error);
    return new LaunchException.ResourceLimit(
        new Failed(command, failure, Errno.EAGAIN, duration).because(limit(Errno.EAGAIN)));
  }

  private static boolean isResource(int errno) {
    return errno == Errno.EMFILE || errno == Errno.ENFILE || errno == Errno.ENOMEM;
  }

  /** What the JDK says of a redirect file, or null if the failure is of another kind. */
  private static @Nullable String redirect(IOException failure) {
    for (Throwable t = failure; t != null; t = t.getCause()) {
      if (t instanceof FileNotFoundException) {
        return t.getMessage();
      }
    }
    return null;
  }

  private static LaunchException missing(Failed failed, @Nullable File directory) {
    if (directory != null && !directory.isDirectory()) {
      return badDirectory(failed, directory);
    }
    Program program = Program.find(failed.command, directory);
    Path found = program.path();
    if (found == null) {
      return new LaunchException.CommandNotFound(
          failed.because(
              program.searched().isEmpty()
                  ? "there is no such file"
                  : "it is in none of the directories of PATH; give its path, or extend PATH"),
          program.searched());
    }
    String interpreter = interpreter(found);
    if (interpreter.isEmpty() && isHelperBroken()) {
      return failed.refused(BROKEN_HELPER);
    }
    return new LaunchException.InterpreterMissing(
        failed.because(
            interpreter.isEmpty()
                ? "the loader that " + found + " was linked for is missing"
                : "the interpreter " + interpreter + " of " + found + " is missing"),
        interpreter);
  }

  private static LaunchException denied(Failed failed, @Nullable File directory) {
    if (directory != null && !directory.canExecute()) {
      return badDirectory(failed, directory);
    }
    Path found = Program.find(failed.command, directory).path();
    if (found != null && Files.isExecutable(found) && isHelperBroken()) {
      return failed.refused(BROKEN_HELPER);
    }
    return new LaunchException.NotExecutable(
        failed.because(
            found != null && Files.isDirectory(found)
                ? found + " is a directory"
                : (found == null ? "its file" : found)
                    + " may not be executed; set its execute bit, or look at the mount"));
  }

  /** To be asked only if the program itself is without fault. */
  private static boolean isHelperBroken() {
    return System.getProperty("os.name", "").equals("Linux") && !HELPER.canExecute();
  }

  private static LaunchException badDirectory(Failed failed, File directory) {
    String why =
        !directory.exists()
            ? " does not exist"
            : directory.isDirectory() ? " may not be entered" : " is not a directory";
    return new LaunchException.BadWorkingDirectory(
        failed.because("the working directory " + directory + why));
  }

  private static LaunchException tooLong(Failed failed) {
    List<String> words = failed.command.words();
    for (int i = 0; i < words.size(); i++) {
      int bytes = words.get(i).getBytes(StandardCharsets.UTF_8).length;
      if (bytes >= LONGEST_ARGUMENT) {
        return new LaunchException.ArgumentListTooLong(
            failed.because(
                "argument "
                    + i
                    + " has "
                    + bytes
                    + " bytes, and one may have "
                    + (LONGEST_ARGUMENT - 1)
                    + "; send it by stdin or a file"),
            i);
      }
    }
    return new LaunchException.ArgumentListTooLong(
        failed.because(
            "its arguments and environment are too long together; send them by stdin or a file"),
        -1);
  }

  private static String limit(int errno) {
    return switch (errno) {
      case Errno.EAGAIN -> "no process or thread can be started: look at ulimit -u and pids.max";
      case Errno.ENOMEM -> "there is not enough memory to start a process";
      case Errno.ENOSPC -> "a file system is full, or fs.epoll.max_user_watches is reached";
      default -> "no descriptors are left: look at ulimit -n";
    };
  }

  /** What the first line of a script names, or nothing. */
  private static String interpreter(Path script) {
    try (InputStream in = Files.newInputStream(script)) {
      String start = new String(in.readNBytes(LONGEST_SHEBANG), StandardCharsets.ISO_8859_1);
      if (start.startsWith("#!")) {
        return start.substring(2).lines().findFirst().orElse("").strip().split("\\s+", 2)[0];
      }
    } catch (IOException unreadable) {
      // then it is not known
    }
    return "";
  }

  /**
   * Where the JDK's search, which is execvp's, finds a program; a file that may not be executed
   * counts if there is no other.
   */
  private record Program(@Nullable Path path, List<String> searched) {

    static Program find(Command command, @Nullable File directory) {
      String name = command.words().get(0);
      if (name.indexOf('/') >= 0) {
        File given = new File(name);
        // Not below new File(""), which stands for the root there.
        File file = directory == null || given.isAbsolute() ? given : new File(directory, name);
        return new Program(exists(file), List.of());
      }
      List<String> searched = SearchPath.directories();
      for (String entry : searched) {
        Path found = exists(new File(entry, name));
        if (found != null) {
          return new Program(found, searched);
        }
      }
      return new Program(null, searched);
    }

    private static @Nullable Path exists(File file) {
      return file.exists() ? file.toPath() : null;
    }
  }

  /** What all kinds have in common. */
  private record Failed(
      Command command, @Nullable IOException failure, int errno, Duration duration) {

    LaunchException.Details because(String why) {
      Result result =
          Result.builder()
              .status(new ExitStatus.Unknown("never started"))
              .duration(duration)
              .build();
      String system =
          failure == null || errno == 0 ? "" : " [" + Messages.text(root(failure)).strip() + "]";
      return new LaunchException.Details(
          command.toString(),
          Messages.of(command, "cannot be started: " + why + system, 0, result),
          errno,
          result,
          failure);
    }

    LaunchException refused(String why) {
      return new LaunchException.Refused(because(why));
    }

    private static Throwable root(Throwable t) {
      Throwable cause = t.getCause();
      return cause == null || cause == t ? t : root(cause);
    }
  }
}
