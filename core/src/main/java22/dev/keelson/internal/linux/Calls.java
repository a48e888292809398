/* SPDX-License-Identifier: Apache-2.0 */
package dev.keelson.internal.linux;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.util.Optional;

/**
 * Makes method handles for functions of the C library. Pointers are passed as numbers, which is the
 * same to both machines' calling conventions and allocates nothing.
 */
final class Calls {

  static final MemoryLayout INT = JAVA_INT;

  /** Also a pointer. */
  static final MemoryLayout LONG = JAVA_LONG;

  private static final int ENOSYS = 38;

  private Calls() {}

  /** A function whose answer is all there is to know; {@code ENOSYS} where it does not exist. */
  static MethodHandle plain(String name, MemoryLayout answer, MemoryLayout... arguments) {
    FunctionDescriptor type = FunctionDescriptor.of(answer, arguments);
    return find(name)
        .map(address -> Linker.nativeLinker().downcallHandle(address, type))
        .orElseGet(
            () ->
                MethodHandles.dropArguments(
                    MethodHandles.constant(
                        type.toMethodType().returnType(), answer == INT ? (Object) ENOSYS : 0L),
                    0,
                    type.toMethodType().parameterArray()));
  }

  /** A function that leaves an error number, in the segment that is the first argument. */
  static MethodHandle failing(String name, MemoryLayout answer, MemoryLayout... arguments) {
    return failing(name, answer, -1, arguments);
  }

  /** As {@link #failing}, with arguments from that index on that C passes through dots. */
  static MethodHandle failing(
      String name, MemoryLayout answer, int firstVariadic, MemoryLayout... arguments) {
    FunctionDescriptor type = FunctionDescriptor.of(answer, arguments);
    Linker.Option errno = Linker.Option.captureCallState("errno");
    Linker.Option[] options =
        firstVariadic < 0
            ? new Linker.Option[] {errno}
            : new Linker.Option[] {errno, Linker.Option.firstVariadicArg(firstVariadic)};
    return Linker.nativeLinker()
        .downcallHandle(
            find(name).orElseThrow(() -> new UnsatisfiedLinkError("no " + name + " in libc")),
            type,
            options);
  }

  static Optional<MemorySegment> find(String name) {
    return Linker.nativeLinker().defaultLookup().find(name);
  }

  /** What a method handle throws that cannot throw. */
  static AssertionError impossible(Throwable t) {
    if (t instanceof Error error) {
      throw error;
    }
    if (t instanceof RuntimeException unchecked) {
      throw unchecked;
    }
    return new AssertionError("a downcall threw", t);
  }
}
