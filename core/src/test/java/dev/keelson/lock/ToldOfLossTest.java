/* SPDX-License-Identifier: Apache-2.0 */
package dev.keelson.lock;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A deprived owner is told, also while the thief is still writing it down, and long after. */
@Tag("process")
@Timeout(60)
class ToldOfLossTest {

  private final Actor a = new Actor("a");
  private final Actor b = new Actor("b");
  private final Thread thief = Thread.currentThread();
  private final long id = ThreadIds.of(thief);

  @AfterEach
  void end() throws Exception {
    a.die();
    b.die();
  }

  @Test
  void shouldTellAtUnlockWhenTheThiefHasNotWrittenItDown() throws Exception {
    ResettableLock lock = new ResettableLock();
    LostTenure lost = stolenHalfway(lock);
    LockOwnershipLostException e =
        assertThrows(LockOwnershipLostException.class, () -> a.tell(lock::unlock));
    assertSame(lost, e.lost());
    goOn(lock);
    assertEquals(Map.of(), lock.sync.side().strays, "it has come by");
    assertEquals(IllegalMonitorStateException.class, thrownByUnlock(a, lock), "told already");
  }

  /** An await was told, and the unlock after it was told to lock first. */
  @Test
  void shouldTellAgainWhenTheThiefHasStillNotWrittenItDown() throws Exception {
    ResettableLock lock = new ResettableLock();
    LostTenure lost = stolenHalfway(lock);
    for (int i = 0; i < 2; i++) {
      LockOwnershipLostException e =
          assertThrows(LockOwnershipLostException.class, () -> a.tell(lock::unlock));
      assertSame(lost, e.lost());
    }
    goOn(lock);
    assertEquals(Map.of(), lock.sync.side().strays, "it has come by");
  }

  @Test
  void shouldTellNobodyElseInTheMeantime() throws Exception {
    ResettableLock lock = new ResettableLock();
    stolenHalfway(lock);
    assertEquals(IllegalMonitorStateException.class, thrownByUnlock(b, lock));
    goOn(lock);
    assertEquals(Map.of(ThreadIds.of(a.thread), a.thread), lock.sync.side().strays);
  }

  @Test
  void shouldNotTellOfATheftThatCameTooLate() throws Exception {
    ResettableLock lock = new ResettableLock();
    announced(lock);
    a.tell(lock::unlock);
    assertEquals(IllegalMonitorStateException.class, thrownByUnlock(a, lock));
  }

  @Test
  void shouldThrowOnceAtReentryOfAStrictLockWhenTheThiefHasNotWrittenItDown() throws Exception {
    ResettableLock lock = ResettableLock.builder().strictReentry(true).build();
    LostTenure lost = stolenHalfway(lock);
    LockOwnershipLostException e =
        assertThrows(LockOwnershipLostException.class, () -> a.tell(lock::lock));
    assertSame(lost, e.lost());
    goOn(lock);
    a.tell(lock::lock);
    a.tell(lock::unlock);
    assertFalse(lock.isLocked());
  }

  @Test
  void shouldTellOfTheFirstLossWhenTheHistoryHasForgottenIt() throws Exception {
    ResettableLock lock = new ResettableLock();
    a.tell(lock::lock);
    lock.reset(Force.YES, "the first");
    a.tell(lock::lock); // believes it to be nested
    a.tell(lock::unlock);
    for (int i = 0; i < 20; i++) {
      b.tell(lock::lock);
      lock.reset(Force.YES, "others");
    }
    assertEquals(LockOwnershipLostException.class, thrownByUnlock(a, lock));
    assertEquals(IllegalMonitorStateException.class, thrownByUnlock(a, lock), "told already");
  }

  @Test
  void shouldCountAnOwnerAsStrayThatCannotBeFound() throws Exception {
    ResettableLock lock = new ResettableLock();
    a.tell(lock::lock);
    LostTenure lost = Theft.end(lock.sync, lock.sync.word(), null, "inside lock", null);
    assertTrue(lost != null && lost.ownerAlive());
    assertTrue(lock.sync.side().strays.containsKey(ThreadIds.of(a.thread)));
    assertTrue(Word.isMarked(lock.sync.word()));
    assertEquals(LockOwnershipLostException.class, thrownByUnlock(a, lock));
    assertEquals(Map.of(), lock.sync.side().strays);
  }

  /** The lock, taken by a, and what this thread is to write down of it. */
  private LostTenure announced(ResettableLock lock) throws Exception {
    a.tell(lock::lock);
    long word = lock.sync.word();
    LostTenure lost = new LostTenure(lock.name(), "a", word, true, 1, thief, "halfway");
    lock.sync.side().expectStray();
    lock.sync.side().steals(id, lost);
    return lost;
  }

  /** The same, taken away from a; this thread now stands in the word. */
  private LostTenure stolenHalfway(ResettableLock lock) throws Exception {
    LostTenure lost = announced(lock);
    assertTrue(lock.sync.steal(lock.sync.word(), thief));
    return lost;
  }

  /** What is left to do for a thief, except that nothing is put into the history. */
  private void goOn(ResettableLock lock) {
    lock.sync.side().written(id, a.thread);
    lock.sync.freeAfterTheft();
  }

  private static Class<?> thrownByUnlock(Actor actor, ResettableLock lock) {
    return assertThrows(IllegalMonitorStateException.class, () -> actor.tell(lock::unlock))
        .getClass();
  }
}
