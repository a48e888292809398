/* SPDX-License-Identifier: Apache-2.0 */
package dev.keelson.internal.linux;

import static java.lang.ref.Reference.reachabilityFence;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
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

  private static final int SETSIGDEF = 0x04;
  private static final int SETSIGMASK = 0x08;
  private static final int SETSID = 0x80;

  /** Larger than the C library's, which are 336, 80 and 128 bytes on both machines. */
  private static final int ATTRIBUTES = 512;

  private static final int ACTIONS = 128;
  private static final int SIGNAL_SET = 128;
  private static final int ALIGNMENT = 16;
  private static final int FIRST_CLOSED = 3;

  private static final Call SPAWN = Call.ifThere("posix_spawn");
  private static final Call ACTIONS_INIT = Call.ifThere("posix_spawn_file_actions_init");
  private static final Call ACTIONS_DESTROY = Call.ifThere("posix_spawn_file_actions_destroy");
  private static final Call ADD_DUP = Call.ifThere("posix_spawn_file_actions_adddup2");
  private static final Call ADD_CLOSE = Call.ifThere("posix_spawn_file_actions_addclose");
  private static final Call ADD_OPEN = Call.ifThere("posix_spawn_file_actions_addopen");
  private static final Call ADD_CHDIR = Call.ifThere("posix_spawn_file_actions_addchdir_np");
  private static final Call ADD_CLOSE_FROM =
      Call.ifThere("posix_spawn_file_actions_addclosefrom_np");

  private static final MemorySegment NULL_DEVICE = Arena.global().allocateFrom("/dev/null");

  /** The attributes used last, without a session of its own and with one. */
  private static final AtomicReferenceArray<Attributes> LAST = new AtomicReferenceArray<>(2);

  private PosixSpawn() {}

  static int spawn(SpawnPlan plan) {
    Attributes attributes = attributes(plan);
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment memory = arena.allocate(ACTIONS + ALIGNMENT, ALIGNMENT);
      // Made before the child is, as there may be no memory afterwards.
      ByteBuffer pid = memory.asSlice(ACTIONS).asByteBuffer().order(ByteOrder.nativeOrder());
      long actions = memory.address();
      int error = ACTIONS_INIT.with(actions);
      if (error != 0) {
        return -error;
      }
      try {
        error = add(actions, plan);
        if (error == 0) {
          long block = plan.block.address();
          error =
              SPAWN.with(
                  actions + ACTIONS,
                  block + plan.path,
                  actions,
                  attributes.memory.address(),
                  block + plan.arguments,
                  block + plan.environment);
        }
        return error != 0 ? -error : pid.getInt(0);
      } finally {
        destroy(actions);
      }
    } finally {
      reachabilityFence(plan.block);
      reachabilityFence(attributes);
    }
  }

  private static void destroy(long actions) {
    try {
      int unused = ACTIONS_DESTROY.with(actions);
    } catch (OutOfMemoryError e) {
      // A few bytes of the C library's are lost then, and not the pid of a child.
    }
  }

  private static int add(long actions, SpawnPlan plan) {
    int error = stream(actions, plan.stdin, 0);
    if (error == 0) {
      error = stream(actions, plan.stdout, 1);
    }
    if (error == 0) {
      error = stream(actions, plan.stderr, 2);
    }
    if (error == 0) {
      error = ADD_CLOSE_FROM.with(actions, FIRST_CLOSED);
    }
    if (error == 0 && plan.directory != SpawnPlan.HERE) {
      error = ADD_CHDIR.with(actions, plan.block.address() + plan.directory);
    }
    return error;
  }

  private static int stream(long actions, int source, int number) {
    return switch (source) {
      case SpawnPlan.INHERIT -> 0;
      case SpawnPlan.CLOSED -> ADD_CLOSE.with(actions, number);
      case SpawnPlan.MERGE -> ADD_DUP.with(actions, 1, number);
      case SpawnPlan.NULL_DEVICE ->
          ADD_OPEN.with(
              actions,
              number,
              NULL_DEVICE.address(),
              number == 0 ? Linux.O_RDONLY : Linux.O_WRONLY);
      default -> ADD_DUP.with(actions, source, number);
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
    private static final Call INIT = Call.ifThere("posix_spawnattr_init");
    private static final Call SET_FLAGS = Call.ifThere("posix_spawnattr_setflags");
    private static final Call SET_DEFAULTS = Call.ifThere("posix_spawnattr_setsigdefault");

    final long defaults;
    final MemorySegment memory;

    Attributes(long defaults, boolean ownSession) {
      this.defaults = defaults;
      memory = Arena.ofAuto().allocate(ATTRIBUTES + SIGNAL_SET, ALIGNMENT);
      memory.asByteBuffer().order(ByteOrder.nativeOrder()).putLong(ATTRIBUTES, defaults);
      long address = memory.address();
      // Clears everything, the mask included.
      int error = INIT.with(address);
      error |= SET_DEFAULTS.with(address, address + ATTRIBUTES);
      error |= SET_FLAGS.with(address, SETSIGDEF | SETSIGMASK | (ownSession ? SETSID : 0));
      if (error != 0) {
        throw new IllegalStateException("posix_spawn's attributes cannot be set: " + error);
      }
    }
  }
}
