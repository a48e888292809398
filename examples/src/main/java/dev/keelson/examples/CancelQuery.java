/* SPDX-License-Identifier: Apache-2.0 */
package dev.keelson.examples;

import dev.keelson.wake.InterruptibleIo;
import dev.keelson.wake.IoCancelledException;
import dev.keelson.wake.Waker;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedByInterruptException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.SplittableRandom;
import java.util.concurrent.locks.LockSupport;

/** Queries that read a file which all of them share, and are cancelled while they do. */
final class CancelQuery implements Story {

  private static final int QUERIES = 200;
  private static final int INDEX_BYTES = 4 << 20;
  private static final Duration LONG = Duration.ofSeconds(30);

  @Override
  public String id() {
    return "cancel-query";
  }

  @Override
  public String title() {
    return "cancel a query, keep the index file";
  }

  @Override
  public void tell(Stage stage) throws Exception {
    stage.say(
        QUERIES
            + " queries read one file of 4 MiB; each is cancelled at a random moment. How many were"
            + " cancelled, and with which query the file was lost.");
    Experiment experiment = new Experiment(stage, Duration.ofSeconds(30));
    Experiment.Ending jdk = experiment.run("FileChannel, interrupt", nap -> interrupts());
    Experiment.Ending keelson = experiment.run("InterruptibleIo, wake", nap -> wakes());
    experiment.report();
    stage.row(QUERIES + " cancelled queries", jdk.answer(), keelson.answer());
    stage.wound(jdk.answer().endsWith("closed it for all"), "a cancel closes a file of all");
    stage.expect(keelson.answer().endsWith("the file is open"), "a cancel leaves the file open");
  }

  // broken

  private static String interrupts() throws Exception {
    return onIndex(
        (index, cancels) -> {
          for (int i = 0; i < QUERIES; i++) {
            Thread query = Thread.currentThread();
            Thread canceller = cancels.soon(query::interrupt);
            ByteBuffer page = ByteBuffer.allocateDirect(INDEX_BYTES);
            try {
              while (page.hasRemaining()) {
                index.read(page.limit(page.position() + (64 << 10)), page.position());
                page.limit(page.capacity());
              }
            } catch (ClosedByInterruptException e) {
              Thread.interrupted();
              canceller.join();
              return "query " + (i + 1) + " closed it for all";
            }
            joined(canceller);
          }
          return QUERIES + " queries, the file is open";
        });
  }

  @SuppressWarnings("ThreadJoinLoop") // the interrupt that comes late is part of the story
  private static void joined(Thread canceller) throws InterruptedException {
    while (canceller.isAlive()) {
      try {
        canceller.join();
      } catch (InterruptedException late) {
        // the query was done before
      }
    }
    Thread.interrupted();
  }

  // fixed

  private static String wakes() throws Exception {
    return onIndex(
        (index, cancels) -> {
          int cancelled = 0;
          try (Waker waker = Waker.create();
              InterruptibleIo io = InterruptibleIo.with(waker)) {
            ByteBuffer page = ByteBuffer.allocateDirect(INDEX_BYTES);
            for (int i = 0; i < QUERIES; i++) {
              Thread canceller = cancels.soon(waker::wake);
              try {
                io.read(index, page.clear(), 0, LONG);
              } catch (IoCancelledException e) {
                cancelled++; // the page has what was read until then
              }
              canceller.join();
              waker.tryTake();
            }
          }
          return cancelled + " cancelled, the file is " + (index.isOpen() ? "open" : "closed");
        });
  }

  private interface Work {
    String on(FileChannel index, Cancels cancels) throws Exception;
  }

  private static String onIndex(Work work) throws Exception {
    Path file = Files.createTempFile("tour-index", null);
    try {
      Files.write(file, new byte[INDEX_BYTES]);
      try (FileChannel index = FileChannel.open(file, StandardOpenOption.READ)) {
        return work.on(index, new Cancels());
      }
    } finally {
      Files.delete(file);
    }
  }

  /** Does something within a millisecond, on another thread. */
  private static final class Cancels {
    private final SplittableRandom random = new SplittableRandom(1);

    Thread soon(Runnable cancel) {
      long nanos = random.nextInt(1_000_000);
      Thread thread =
          new Thread(
              () -> {
                LockSupport.parkNanos(nanos);
                cancel.run();
              },
              "tour-canceller");
      thread.start();
      return thread;
    }
  }
}
