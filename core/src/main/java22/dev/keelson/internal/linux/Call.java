/* SPDX-License-Identifier: Apache-2.0 */
package dev.keelson.internal.linux;

import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.util.Optional;

/**
 * A function of the C library: six numbers in, whatever it takes, and one out, which is the error
 * number with its sign changed where the function says -1.
 *
 * <p>A record, since the compiler takes its field for a constant.
 *
 * @param function takes a {@link Capture}'s segment and the numbers
 */
record Call(MethodHandle function) {

  /*
   * One shape
   * ---------
   * The JDK makes a dozen classes for every shape of a function that is linked, ten milliseconds at the first call of each, in
   * every program that starts a process. So there is one shape. Both machines' calling conventions allow that, for functions
   * that take at most six integers or pointers (System V ABI for AMD64, 3.2.3; AAPCS64, 6.8.2):
   *
   *   - the first six are in registers, and a function does not look at those that it has no parameter for;
   *   - of an argument that is shorter than its register the rest means nothing, and so it is with an answer: its lower half
   *     is what an int is;
   *   - what C passes through dots is passed as everything else is. (AMD64 wants the number of vector registers in AL then,
   *     which tells a function only how many of them are worth keeping.)
   */
  private static final FunctionDescriptor SHAPE =
      FunctionDescriptor.of(
          JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_LONG);

  private static final long ENOSYS = 38;

  /** The function of that name, which there is. */
  static Call of(String name) {
    return new Call(
        link(name).orElseThrow(() -> new UnsatisfiedLinkError("no " + name + " in libc")));
  }

  /** The function of that name, which answers {@code ENOSYS} where there is none. */
  static Call ifThere(String name) {
    return new Call(
        link(name)
            .orElseGet(
                () -> {
                  MethodHandle none = MethodHandles.constant(long.class, ENOSYS);
                  return MethodHandles.dropArguments(
                      none,
                      0,
                      SHAPE
                          .toMethodType()
                          .insertParameterTypes(0, MemorySegment.class)
                          .parameterArray());
                }));
  }

  private static Optional<MethodHandle> link(String name) {
    return find(name)
        .map(
            address ->
                Linker.nativeLinker()
                    .downcallHandle(address, SHAPE, Linker.Option.captureCallState("errno")));
  }

  /** Where the C library has something of that name. */
  static Optional<MemorySegment> find(String name) {
    return Linker.nativeLinker().defaultLookup().find(name);
  }

  int with(long a) {
    return with(a, 0);
  }

  int with(long a, long b) {
    return with(a, b, 0);
  }

  int with(long a, long b, long c) {
    return with(a, b, c, 0);
  }

  int with(long a, long b, long c, long d) {
    return with(a, b, c, d, 0, 0);
  }

  int with(long a, long b, long c, long d, long e, long f) {
    Capture capture = Capture.take();
    try {
      return capture.answer(raw(capture, a, b, c, d, e, f));
    } finally {
      capture.giveBack();
    }
  }

  /** With somebody's capture, where an argument points to; what it says may be an address. */
  long raw(Capture capture, long a, long b, long c, long d, long e, long f) {
    try {
      return (long) function.invokeExact(capture.segment, a, b, c, d, e, f);
    } catch (Error | RuntimeException t) {
      throw t; // no memory for the call, which was not made then
    } catch (Throwable t) {
      throw new AssertionError("a downcall threw", t);
    }
  }
}
