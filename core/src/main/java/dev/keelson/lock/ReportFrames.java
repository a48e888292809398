/* SPDX-License-Identifier: Apache-2.0 */
package dev.keelson.lock;

import java.util.List;
import java.util.stream.Stream;

/** Which frames of a stack tell people something. */
final class ReportFrames {

  private ReportFrames() {}

  /**
   * The topmost ones as text, without the names of class loaders and modules, which the JVM leaves
   * in the stacks of other threads, and without the classes that lambdas are run by.
   */
  static List<String> of(StackTraceElement[] stack, int most) {
    return Stream.of(stack)
        .filter(frame -> !frame.getClassName().contains("$$Lambda"))
        .limit(most)
        .map(ReportFrames::plain)
        .toList();
  }

  private static String plain(StackTraceElement frame) {
    return new StackTraceElement(
            frame.getClassName(), frame.getMethodName(), frame.getFileName(), frame.getLineNumber())
        .toString();
  }

  /** The topmost ones, as they are. */
  static String top(List<String> stack, int most) {
    return line(stack.stream(), most);
  }

  /** The topmost ones below those of the waiting itself, which are the same everywhere. */
  static String belowWait(List<String> stack, int most) {
    String line = line(stack.stream().dropWhile(ReportFrames::isWaiting), most);
    return line.isEmpty() ? top(stack, most) : line;
  }

  private static boolean isWaiting(String frame) {
    return frame.contains("java.util.concurrent.locks.")
        || frame.contains("jdk.internal.")
        || frame.contains("java.lang.")
        || frame.contains("dev.keelson.lock.Sync.")
        || frame.contains("dev.keelson.lock.CheckedSync.")
        || frame.contains("dev.keelson.lock.ResettableLock.");
  }

  private static String line(Stream<String> frames, int most) {
    return String.join(" <- ", frames.limit(most).toList());
  }
}
