/* SPDX-License-Identifier: Apache-2.0 */
package dev.keelson.testkit.faults;

import dev.keelson.internal.linux.Layout;
import dev.keelson.testkit.engines.SystemCall;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;

/**
 * A debugger that does nothing: it takes hold of the processes it is told, a line with a pid and
 * options each, and lets go of them all when it ends, which is when nobody tells it any more.
 */
final class TracerMain {

  private static final long SYS_PTRACE = Layout.EPOLL_EVENT == 12 ? 101 : 117;
  private static final long SEIZE = 0x4206;

  private TracerMain() {}

  public static void main(String[] args) throws IOException {
    BufferedReader orders =
        new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
    for (String order = orders.readLine(); order != null; order = orders.readLine()) {
      String[] words = order.split(" ");
      long pid = Long.parseLong(words[0]);
      System.out.println(
          ">" + SystemCall.make(SYS_PTRACE, SEIZE, pid, 0, Long.parseLong(words[1])));
    }
  }
}
