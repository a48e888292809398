/* SPDX-License-Identifier: Apache-2.0 */
package dev.keelson.testkit.internal.heap;

import java.lang.management.ManagementFactory;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.management.JMException;
import javax.management.ObjectName;
import org.opentest4j.TestAbortedException;

/** How many instances of each class are alive: the VM's own count, after a full collection. */
public final class ClassHistogram {

  /** Is told of each class. */
  public interface Visitor {
    /** So many instances of that many bytes together. */
    void count(String className, long instances, long bytes);
  }

  /** {@code 12: 345 6789 java.lang.String (java.base@17)}. */
  private static final Pattern LINE = Pattern.compile("\\s*\\d+:\\s+(\\d+)\\s+(\\d+)\\s+(\\S+).*");

  private ClassHistogram() {}

  /**
   * Takes one.
   *
   * @throws TestAbortedException if this VM has none
   */
  public static void take(Visitor visitor) {
    String text;
    try {
      text =
          (String)
              ManagementFactory.getPlatformMBeanServer()
                  .invoke(
                      new ObjectName("com.sun.management:type=DiagnosticCommand"),
                      "gcClassHistogram",
                      new Object[] {new String[0]},
                      new String[] {String[].class.getName()});
    } catch (JMException | RuntimeException e) {
      throw new TestAbortedException("this VM does not count the objects of its heap", e);
    }
    parse(text, visitor);
  }

  static void parse(String text, Visitor visitor) {
    text.lines()
        .map(LINE::matcher)
        .filter(Matcher::matches)
        .forEach(
            line ->
                visitor.count(
                    readable(line.group(3)),
                    Long.parseLong(line.group(1)),
                    Long.parseLong(line.group(2))));
  }

  /** Lambdas and other hidden classes carry an address that differs from run to run. */
  private static String readable(String name) {
    int hidden = name.indexOf("/0x");
    return hidden < 0 ? name : name.substring(0, hidden);
  }
}
