/* SPDX-License-Identifier: Apache-2.0 */
package dev.keelson.internal.linux;

import static dev.keelson.internal.linux.Calls.INT;
import static dev.keelson.internal.linux.Calls.LONG;
import static dev.keelson.internal.linux.Calls.impossible;
import static dev.keelson.internal.linux.Calls.plain;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static java.lang.foreign.ValueLayout.JAVA_SHORT;
import static java.lang.ref.Reference.reachabilityFence;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;
import java.util.concurrent.atomic.AtomicReferenceArray;

/** {@code posix_spawn} with its attributes and file actions. */
final class PosixSpawn {

  /*
   * Order of the file actions
   * -------------------------
   *   dup2 or open for 0, 1 and 2     the sources are at least 3, so that no step overwrites what a later one needs
   *   dup2(1, 2)                      after 1 is what it is to be, where stderr is merged
   *   closefrom(3)                    after the last use of a source
   *   chdir                           last; no path above is relative
   *
   * The mask is set to nothing and the wanted signals to their default by the attributes. The C library resets a handler by
   * itself; naming every signal that is not to stay ignored saves it one call for each (glibc 2.36, before 2.38 cleared all at
   * once).
   *
   * posix_spawn answers with the error number, its own or that of exec, and never returns before exec was reached (glibc 2.24).
   */

  private static final short SETSIGDEF = 0x04;
  private static final short SETSIGMASK = 0x08;
  private static final short SETSID = 0x80;

  /** Larger than the C library's, which are 336, 80 and 128 bytes on both machines. */
  private static final int ATTRIBUTES = 512;

  private static final int ACTIONS = 128;
  private static final int SIGNAL_SET = 128;
  private static final int ALIGNMENT = 16;
  private static final int FIRST_CLOSED = 3;

  private static final MethodHandle SPAWN =
      plain("posix_spawn", INT, LONG, LONG, LONG, LONG, LONG, LONG);
  private static final MethodHandle ACTIONS_INIT =
      plain("posix_spawn_file_actions_init", INT, LONG);
  private static final MethodHandle ACTIONS_DESTROY =
      plain("posix_spawn_file_actions_destroy", INT, LONG);
  private static final MethodHandle ADD_DUP =
      plain("posix_spawn_file_actions_adddup2", INT, LONG, INT, INT);
  private static final MethodHandle ADD_CLOSE =
      plain("posix_spawn_file_actions_addclose", INT, LONG, INT);
  private static final MethodHandle ADD_OPEN =
      plain("posix_spawn_file_actions_addopen", INT, LONG, INT, LONG, INT, INT);
  private static final MethodHandle ADD_CHDIR =
      plain("posix_spawn_file_actions_addchdir_np", INT, LONG, LONG);
  private static final MethodHandle ADD_CLOSE_FROM =
      plain("posix_spawn_file_actions_addclosefrom_np", INT, LONG, INT);

  private static final MemorySegment NULL_DEVICE = Arena.global().allocateFrom("/dev/null");

  /** The attributes used last, without a session of its own and with one. */
  private static final AtomicReferenceArray<Attributes> LAST = new AtomicReferenceArray<>(2);

  private PosixSpawn() {}

  static int spawn(SpawnPlan plan) {
    Attributes attributes = attributes(plan);
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment memory = arena.allocate(ACTIONS + ALIGNMENT, ALIGNMENT);
      long actions = memory.address();
      long pid = actions + ACTIONS;
      int error = (int) ACTIONS_INIT.invokeExact(actions);
      if (error != 0) {
        return -error;
      }
      int unusedPid = memory.get(JAVA_INT, ACTIONS); // what is read first later takes memory
      try {
        error = add(actions, plan);
        if (error == 0) {
          long block = plan.block.address();
          error =
              (int)
                  SPAWN.invokeExact(
                      pid,
                      block + plan.path,
                      actions,
                      attributes.address,
                      block + plan.arguments,
                      block + plan.environment);
        }
      } finally {
        int unused = (int) ACTIONS_DESTROY.invokeExact(actions);
      }
      return error != 0 ? -error : memory.get(JAVA_INT, ACTIONS);
    } catch (Throwable t) {
      throw impossible(t);
    } finally {
      reachabilityFence(plan.block);
      reachabilityFence(attributes);
    }
  }

  private static int add(long actions, SpawnPlan plan) throws Throwable {
    int error = stream(actions, plan.stdin, 0);
    if (error == 0) {
      error = stream(actions, plan.stdout, 1);
    }
    if (error == 0) {
      error = stream(actions, plan.stderr, 2);
    }
    if (error == 0) {
      error = (int) ADD_CLOSE_FROM.invokeExact(actions, FIRST_CLOSED);
    }
    if (error == 0 && plan.directory != SpawnPlan.HERE) {
      error = (int) ADD_CHDIR.invokeExact(actions, plan.block.address() + plan.directory);
    }
    return error;
  }

  private static int stream(long actions, int source, int number) throws Throwable {
    return switch (source) {
      case SpawnPlan.INHERIT -> 0;
      case SpawnPlan.CLOSED -> (int) ADD_CLOSE.invokeExact(actions, number);
      case SpawnPlan.MERGE -> (int) ADD_DUP.invokeExact(actions, 1, number);
      case SpawnPlan.NULL_DEVICE ->
          (int)
              ADD_OPEN.invokeExact(
                  actions,
                  number,
                  NULL_DEVICE.address(),
                  number == 0 ? Linux.O_RDONLY : Linux.O_WRONLY,
                  0);
      default -> (int) ADD_DUP.invokeExact(actions, source, number);
    };
  }

  private static Attributes attributes(SpawnPlan plan) {
    int kind = plan.ownSession ? 1 : 0;
    Attributes last = LAST.get(kind);
    if (last == null || last.defaults != plan.defaultSignals) {
      last = new Attributes(plan.defaultSignals, plan.ownSession);
      LAST.set(kind, last);
    }
    return last;
  }

  /** Filled in once and only read from then on. */
  private static final class Attributes {
    private static final MethodHandle INIT = plain("posix_spawnattr_init", INT, LONG);
    private static final MethodHandle SET_FLAGS =
        plain("posix_spawnattr_setflags", INT, LONG, JAVA_SHORT);
    private static final MethodHandle SET_DEFAULTS =
        plain("posix_spawnattr_setsigdefault", INT, LONG, LONG);

    final long defaults;
    final long address;

    /** Keeps what is at the address. */
    private final MemorySegment memory;

    Attributes(long defaults, boolean ownSession) {
      this.defaults = defaults;
      memory = Arena.ofAuto().allocate(ATTRIBUTES + SIGNAL_SET, ALIGNMENT);
      memory.set(JAVA_LONG, ATTRIBUTES, defaults);
      address = memory.address();
      short flags = (short) (SETSIGDEF | SETSIGMASK | (ownSession ? SETSID : 0));
      try {
        // Clears everything, the mask included.
        int error = (int) INIT.invokeExact(address);
        error |= (int) SET_DEFAULTS.invokeExact(address, address + ATTRIBUTES);
        error |= (int) SET_FLAGS.invokeExact(address, flags);
        if (error != 0) {
          throw new IllegalStateException("posix_spawn's attributes cannot be set: " + error);
        }
      } catch (Throwable t) {
        throw impossible(t);
      }
    }
  }
}
