/* SPDX-License-Identifier: Apache-2.0 */
package dev.keelson.process;

import javax.annotation.Nullable;

/**
 * Puts an exception's message together: which command, what happened, where, for how long, and what
 * it said itself.
 */
final class Messages {

  private static final int HEAD_CHARS = 1000;
  private static final int TAIL_CHARS = 2000;

  private Messages() {}

  static String of(Command command, String what, long pid, Result result) {
    CommandSettings settings = command.settings();
    Secrets secrets = Secrets.of(settings);
    StringBuilder message = new StringBuilder();
    message.append(command).append(": ").append(secrets.mask(what));
    message.append(" (");
    if (pid > 0) {
      message.append("pid ").append(pid).append(", ");
    }
    message
        .append("directory ")
        .append(settings.directory == null ? "." : settings.directory)
        .append(", after ")
        .append(result.duration().toMillis())
        .append(" ms");
    if (result.outputIncomplete()) {
      message.append(", output incomplete");
    }
    message.append(')');
    result.teardown().ifPresent(teardown -> append(message, teardown));
    String stderr = secrets.mask(result.stderrText().strip());
    if (!stderr.isEmpty()) {
      message.append("\nstderr: ").append(headAndTail(stderr));
    }
    return message.toString();
  }

  private static void append(StringBuilder message, Teardown teardown) {
    if (!teardown.ended().isEmpty()) {
      message.append("; ended ").append(teardown.ended().size());
      message.append(teardown.ended().size() == 1 ? " process" : " processes");
    }
    if (!teardown.escaped().isEmpty()) {
      message.append("\nstill running: ").append(teardown.escaped());
    }
  }

  private static String headAndTail(String text) {
    if (text.length() <= HEAD_CHARS + TAIL_CHARS) {
      return text;
    }
    return text.substring(0, HEAD_CHARS)
        + "\n... "
        + (text.length() - HEAD_CHARS - TAIL_CHARS)
        + " characters left out ...\n"
        + text.substring(text.length() - TAIL_CHARS);
  }

  /** A message without a text is no message. */
  static String text(@Nullable Throwable thrown) {
    if (thrown == null) {
      return "";
    }
    String message = thrown.getMessage();
    return message == null ? thrown.toString() : message;
  }
}
