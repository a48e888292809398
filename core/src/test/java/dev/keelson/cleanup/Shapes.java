/* SPDX-License-Identifier: Apache-2.0 */
package dev.keelson.cleanup;

import java.io.Serializable;
import java.util.function.Consumer;

/** What actions and states look like, in the tests of what captures. */
final class Shapes {

  private Shapes() {}

  static class Handle {
    long number = 7;
    String name = "handle";

    void release() {
      number = 0;
    }

    static void releaseAny(Object any) {}
  }

  static class Holder<T> extends Handle {
    final T held;

    Holder(T held) {
      this.held = held;
    }
  }

  static class DeepHolder extends Holder<Object> {
    DeepHolder(Object held) {
      super(held);
    }
  }

  record Pair<A, B>(A first, B second) {}

  record Numbers(int a, long b, String c) {}

  static class Base<S> {
    Object base = "a field of a superclass";
  }

  static class Inherits extends Base<Object> implements Consumer<Object> {
    @Override
    public void accept(Object state) {}
  }

  static class WithField implements Consumer<Object> {
    final Object held;

    WithField(Object held) {
      this.held = held;
    }

    @Override
    public void accept(Object state) {}
  }

  static class Stateless implements Consumer<Object> {
    static final Object CONSTANT = "statics are fine";

    @Override
    public void accept(Object state) {}
  }

  enum Actions implements Consumer<Object> {
    PLAIN,
    WITH_BODY {
      @Override
      public void accept(Object state) {}
    };

    @Override
    public void accept(Object state) {}
  }

  enum BadActions implements Consumer<Object> {
    ONE("data");

    final Object data;

    BadActions(Object data) {
      this.data = data;
    }

    @Override
    public void accept(Object state) {}
  }

  record RecordAction(Object held) implements Consumer<Object> {
    @Override
    public void accept(Object state) {}
  }

  record EmptyRecordAction() implements Consumer<Object> {
    @Override
    public void accept(Object state) {}
  }

  interface SerializableConsumer extends Consumer<Object>, Serializable {}
}
