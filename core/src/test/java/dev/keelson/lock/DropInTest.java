/* SPDX-License-Identifier: Apache-2.0 */
package dev.keelson.lock;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.ObjectInputStream;
import java.io.ObjectOutputStream;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.util.ArrayList;
import java.util.Date;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.Lock;
import java.util.concurrent.locks.ReentrantLock;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The same program with the one lock and with the other: what it sees is compared, not known. */
@Tag("process")
@Timeout(120)
class DropInTest {

  private final List<String> seen = new ArrayList<>();

  @Test
  void shouldOfferAllThatReentrantLockOffers() throws Exception {
    for (Method theirs : ReentrantLock.class.getDeclaredMethods()) {
      if ((theirs.getModifiers() & (Modifier.PUBLIC | Modifier.PROTECTED)) != 0) {
        Method ours =
            ResettableLock.class.getDeclaredMethod(theirs.getName(), theirs.getParameterTypes());
        assertEquals(theirs.getGenericReturnType(), ours.getGenericReturnType());
        assertEquals(theirs.getModifiers(), ours.getModifiers(), theirs.toString());
      }
    }
    assertNotNull(ResettableLock.class.getConstructor());
    assertNotNull(ResettableLock.class.getConstructor(boolean.class));
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void shouldBehaveAsReentrantLockAlone(boolean fair) throws Exception {
    compare(this::alone, fair);
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void shouldBehaveAsReentrantLockWhenOthersWait(boolean fair) throws Exception {
    compare(this::together, fair);
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void shouldBehaveAsReentrantLockOnConditions(boolean fair) throws Exception {
    compare(this::onConditions, fair);
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void shouldBehaveAsReentrantLockWhenSerialised(boolean fair) throws Exception {
    compare(this::serialised, fair);
  }

  private interface Program {
    void run(Lock lock, Lock other) throws Exception;
  }

  private void compare(Program program, boolean fair) throws Exception {
    program.run(new ReentrantLock(fair), new ReentrantLock(fair));
    List<String> theirs = List.copyOf(seen);
    seen.clear();
    program.run(new ResettableLock(fair), new ResettableLock(fair));
    assertEquals(String.join("\n", theirs), String.join("\n", seen));
    assertTrue(theirs.size() > 5);
  }

  private void alone(Lock lock, Lock other) throws Exception {
    look(lock);
    see("unlock of a free one", () -> call(lock, "unlock"));
    lock.lock();
    lock.lock();
    look(lock);
    see("tryLock", lock::tryLock);
    see("tryLock timed", () -> lock.tryLock(-1, TimeUnit.SECONDS));
    lock.lockInterruptibly();
    see("holds", () -> call(lock, "getHoldCount"));
    for (int i = 0; i < 5; i++) {
      lock.unlock();
    }
    look(lock);
    see("one too many", () -> call(lock, "unlock"));
    see("no unit", () -> lock.tryLock(1, null));
    see("no thread", () -> call(lock, "hasQueuedThread", (Object) null));
    Thread.currentThread().interrupt();
    see("interrupted", () -> call(lock, "lockInterruptibly"));
    see("flag after it", Thread::interrupted);
    Thread.currentThread().interrupt();
    see("timed, interrupted", () -> lock.tryLock(1, TimeUnit.SECONDS));
    see("flag after it", Thread::interrupted);
    Thread.currentThread().interrupt();
    see("untimed, interrupted", lock::tryLock);
    lock.lock();
    see("flag after it", Thread::interrupted);
    look(lock);
  }

  private void together(Lock lock, Lock other) throws Exception {
    Actor owner = new Actor("owner");
    Actor waiter = new Actor("waiter");
    owner.tell(lock::lock);
    see("text", () -> text(lock));
    see("tryLock of another's", lock::tryLock);
    see("timed", () -> lock.tryLock(1, TimeUnit.MILLISECONDS));
    see("unlock of another's", () -> call(lock, "unlock"));
    FutureTask<Void> waits = waiter.begin(lock::lockInterruptibly);
    awaitTrue(() -> (boolean) call(lock, "hasQueuedThread", waiter.thread));
    look(lock);
    see("queued", () -> call(lock, "hasQueuedThread", waiter.thread));
    see("not queued", () -> call(lock, "hasQueuedThread", owner.thread));
    waiter.thread.interrupt();
    see("interrupted", () -> Actor.end(waits));
    see("flag after it", () -> waiter.ask(Thread::interrupted));
    FutureTask<Boolean> patient =
        waiter.begin(
            () -> {
              lock.lock();
              return Thread.interrupted();
            });
    awaitTrue(() -> (boolean) call(lock, "hasQueuedThread", waiter.thread));
    waiter.thread.interrupt();
    owner.tell(lock::unlock);
    see("flag after an uninterruptible wait", () -> Actor.end(patient));
    see("text", () -> text(lock));
    waiter.tell(lock::unlock);
    look(lock);
    owner.die();
    waiter.die();
  }

  @SuppressWarnings("JavaUtilDate") // the interface has it
  private void onConditions(Lock lock, Lock other) throws Exception {
    Condition condition = lock.newCondition();
    for (String name : List.of("await", "awaitUninterruptibly", "signal", "signalAll")) {
      see(name + " without the lock", () -> call(condition, name));
    }
    for (String name : List.of("hasWaiters", "getWaitQueueLength")) {
      see(name + " without the lock", () -> call(lock, name, condition));
      see(name + " of nothing", () -> call(lock, name, (Object) null));
      see(name + " of another lock's", () -> call(lock, name, other.newCondition()));
    }
    lock.lock();
    see("nanos", () -> condition.awaitNanos(1000) <= 0);
    see("no time", () -> condition.awaitNanos(-5) <= 0);
    see("time", () -> condition.await(1, TimeUnit.MILLISECONDS));
    see("date", () -> condition.awaitUntil(new Date(0)));
    see("the first date", () -> condition.awaitUntil(new Date(Long.MIN_VALUE)));
    see("no unit", () -> condition.await(1, null));
    see("no date", () -> condition.awaitUntil(null));
    Thread.currentThread().interrupt();
    see("interrupted", () -> call(condition, "await"));
    see("flag after it", Thread::interrupted);
    look(lock);
    Actor waiter = new Actor("waiter");
    lock.unlock();
    FutureTask<Integer> waits =
        waiter.begin(
            () -> {
              lock.lock();
              lock.lock();
              condition.await();
              int holds = (int) call(lock, "getHoldCount");
              lock.unlock();
              lock.unlock();
              return holds;
            });
    awaitTrue(() -> hasWaiters(lock, condition));
    lock.lock();
    see("waits", () -> call(lock, "hasWaiters", condition));
    see("queued", () -> call(lock, "hasQueuedThread", waiter.thread));
    condition.signal();
    see("waits after the signal", () -> call(lock, "getWaitQueueLength", condition));
    see("queued after the signal", () -> call(lock, "hasQueuedThread", waiter.thread));
    see("queue", () -> call(lock, "getQueueLength"));
    lock.unlock();
    see("holds after the wait", () -> Actor.end(waits));
    FutureTask<Void> interruptible =
        waiter.begin(
            () -> {
              lock.lock();
              try {
                condition.await();
              } finally {
                lock.unlock();
              }
            });
    awaitTrue(() -> hasWaiters(lock, condition));
    waiter.thread.interrupt();
    see("interrupted in its wait", () -> Actor.end(interruptible));
    look(lock);
    waiter.die();
  }

  private void serialised(Lock lock, Lock other) throws Exception {
    lock.lock();
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (ObjectOutputStream out = new ObjectOutputStream(bytes)) {
      out.writeObject(lock);
    }
    lock.unlock();
    Lock copy;
    try (ObjectInputStream in =
        new ObjectInputStream(new ByteArrayInputStream(bytes.toByteArray()))) {
      copy = (Lock) in.readObject();
    }
    look(copy);
    copy.lock();
    look(copy);
    copy.newCondition().signalAll();
    copy.unlock();
    look(copy);
  }

  private void look(Lock lock) {
    see("text", () -> text(lock));
    for (String name :
        List.of(
            "isFair",
            "isLocked",
            "isHeldByCurrentThread",
            "getHoldCount",
            "hasQueuedThreads",
            "getQueueLength")) {
      see(name, () -> call(lock, name));
    }
  }

  private static String text(Lock lock) {
    String text = lock.toString();
    return text.substring(text.indexOf('['));
  }

  /** An exception is compared by its class; ours say more. */
  private void see(String what, Callable<?> look) {
    String result;
    try {
      result = String.valueOf(look.call());
    } catch (Exception e) {
      result = e.getClass().getName();
    }
    seen.add(what + ": " + result);
  }

  private static Object call(Object on, String name, Object... arguments) throws Exception {
    Class<?> type = on instanceof Condition ? Condition.class : on.getClass();
    for (Method method : type.getMethods()) {
      if (method.getName().equals(name) && method.getParameterCount() == arguments.length) {
        try {
          return method.invoke(on, arguments);
        } catch (InvocationTargetException e) {
          throw (Exception) e.getCause();
        }
      }
    }
    throw new AssertionError(type + " has no " + name);
  }

  /** A thread that waits on a condition has given the lock back: the lock itself says so. */
  private static boolean hasWaiters(Lock lock, Condition condition) throws Exception {
    lock.lock();
    try {
      return (boolean) call(lock, "hasWaiters", condition);
    } finally {
      lock.unlock();
    }
  }

  private static void awaitTrue(Callable<Boolean> state) throws Exception {
    long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(30);
    while (!state.call()) {
      if (System.nanoTime() > deadline) {
        throw new AssertionError("the other thread did not come to wait");
      }
      Thread.sleep(1);
    }
  }
}
