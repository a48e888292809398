/* SPDX-License-Identifier: Apache-2.0 */
package dev.keelson.link;

import static java.util.Objects.requireNonNull;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import javax.annotation.Nullable;

/** A link that is a field of its child. It learns whose field it is when it is first used. */
final class FieldLink<P> extends ParentLink<P> {

  private static final VarHandle SELF;

  static {
    try {
      SELF = MethodHandles.lookup().findVarHandle(FieldLink.class, "self", Object.class);
    } catch (ReflectiveOperationException e) {
      throw new ExceptionInInitializerError(e);
    }
  }

  private volatile @Nullable Object self;

  @Override
  void claim(Object child) {
    if (self != child && !SELF.compareAndSet(this, null, child)) {
      throw new IllegalArgumentException(
          "the link of this "
              + child.getClass().getName()
              + " is another child's; parentLink() must return a link of its own");
    }
  }

  boolean isClaimed() {
    return self != null;
  }

  @Override
  Object node() {
    return requireNonNull(self);
  }
}
