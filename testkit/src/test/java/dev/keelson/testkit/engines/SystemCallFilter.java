/* SPDX-License-Identifier: Apache-2.0 */
package dev.keelson.testkit.engines;

import dev.keelson.internal.linux.Kernels;
import dev.keelson.internal.linux.Layout;
import dev.keelson.internal.linux.Linux;
import dev.keelson.internal.linux.Region;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * Has the kernel refuse system calls to this process, from now on and in all of its threads and
 * children: what a container's seccomp profile does. There is no way back, so this is for JVMs of
 * their own.
 */
public final class SystemCallFilter {

  /** The filter as the kernel runs it: words of 8 bytes. */
  private static final int LOAD = 0x20;

  private static final int JUMP_IF_EQUAL = 0x15;
  private static final int RETURN = 0x06;
  private static final int NUMBER = 0;
  private static final int FIRST_ARGUMENT = 16;
  private static final int ALLOW = 0x7fff_0000;
  private static final int REFUSE = 0x0005_0000;

  private static final int PR_SET_NO_NEW_PRIVS = 38;
  private static final long SET_MODE_FILTER = 1;
  private static final long TSYNC = 1;
  private static final boolean X86 = Layout.EPOLL_EVENT == 12;
  private static final long SYS_SECCOMP = X86 ? 317 : 277;
  private static final long SYS_PRCTL = X86 ? 157 : 167;

  private static final Map<String, Integer> CALLS =
      Map.of(
          "clone3",
          435,
          "close_range",
          436,
          "pidfd_open",
          Layout.SYS_PIDFD_OPEN,
          "pidfd_send_signal",
          Layout.SYS_PIDFD_SEND_SIGNAL,
          "setsid",
          X86 ? 112 : 157,
          "waitid",
          Layout.SYS_WAITID);

  private static final Map<String, Integer> ERRORS =
      Map.of("EPERM", Linux.EPERM, "ENOSYS", Linux.ENOSYS, "EINVAL", Linux.EINVAL);

  private SystemCallFilter() {}

  /**
   * Refuses what the rules say: {@code call=ERROR}. Of {@code waitid} only that of a pidfd is
   * refused.
   */
  public static void install(List<String> rules) {
    List<long[]> program = new ArrayList<>();
    program.add(word(LOAD, 0, 0, NUMBER));
    for (String rule : rules) {
      String[] parts = rule.split("=");
      int number = CALLS.get(parts[0]);
      int answer = REFUSE | ERRORS.get(parts[1]);
      if (parts[0].equals("waitid")) {
        program.add(word(JUMP_IF_EQUAL, 0, 4, number));
        program.add(word(LOAD, 0, 0, FIRST_ARGUMENT));
        program.add(word(JUMP_IF_EQUAL, 0, 1, Linux.P_PIDFD));
        program.add(word(RETURN, 0, 0, answer));
        program.add(word(RETURN, 0, 0, ALLOW));
      } else {
        program.add(word(JUMP_IF_EQUAL, 0, 1, number));
        program.add(word(RETURN, 0, 0, answer));
      }
    }
    program.add(word(RETURN, 0, 0, ALLOW));
    install(program.stream().mapToLong(each -> each[0]).toArray());
  }

  private static long[] word(int code, int ifTrue, int ifFalse, int value) {
    return new long[] {
      code | (long) ifTrue << 16 | (long) ifFalse << 24 | Integer.toUnsignedLong(value) << 32
    };
  }

  private static void install(long[] program) {
    Region memory = Kernels.real().allocate(16 + Long.BYTES * program.length);
    memory.bytes().putLong(0, program.length).putLong(8, memory.address() + 16);
    for (int i = 0; i < program.length; i++) {
      memory.bytes().putLong(16 + i * Long.BYTES, program[i]);
    }
    call(SYS_PRCTL, PR_SET_NO_NEW_PRIVS, 1, 0);
    call(SYS_SECCOMP, SET_MODE_FILTER, TSYNC, memory.address());
  }

  private static void call(long number, long first, long second, long third) {
    long answer = SystemCall.make(number, first, second, third, 0);
    if (answer != 0) {
      throw new IllegalStateException("system call " + number + " answers " + answer);
    }
  }
}
