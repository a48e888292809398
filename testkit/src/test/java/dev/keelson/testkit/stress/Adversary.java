/* SPDX-License-Identifier: Apache-2.0 */
package dev.keelson.testkit.stress;

import static java.time.Duration.ofSeconds;

import dev.keelson.process.Command;
import dev.keelson.process.Drain;
import dev.keelson.process.Stdin;
import dev.keelson.process.Stdout;
import dev.keelson.testkit.ChildProgram;
import dev.keelson.testkit.Grandchild;
import java.io.InputStream;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;

/** Commands that do all they can to outlive their deadline. */
enum Adversary {
  GRANDCHILD_HOLDS_THE_PIPE {
    @Override
    Command command(Blocker blocker) {
      ChildProgram holder = ChildProgram.create().runForever();
      return of(
          ChildProgram.create()
              .grandchild(holder, Grandchild.HOLDS_STDOUT, Grandchild.OWN_SESSION)
              .runForever());
    }
  },
  ORPHAN_HOLDS_THE_PIPE {
    @Override
    Command command(Blocker blocker) {
      ChildProgram holder = ChildProgram.create().safetyLimit(ofSeconds(3)).runForever();
      return of(ChildProgram.create()
              .grandchild(holder, Grandchild.HOLDS_STDOUT, Grandchild.DAEMON)
              .exit(0))
          .drain(Drain.untilEof());
    }
  },
  IGNORES_TERM {
    @Override
    Command command(Blocker blocker) {
      return of(ChildProgram.create().ignoring("TERM", "HUP", "INT").runForever());
    }
  },
  IS_STOPPED {
    @Override
    Command command(Blocker blocker) {
      return Command.shell("kill -STOP $$; sleep 60");
    }
  },
  WHOLE_FAMILY_IGNORES_TERM {
    @Override
    Command command(Blocker blocker) {
      ChildProgram stubborn = ChildProgram.create().ignoring("TERM").runForever();
      return of(
          ChildProgram.create()
              .ignoring("TERM")
              .grandchild(stubborn, Grandchild.OWN_SESSION, Grandchild.HOLDS_STDOUT)
              .grandchild(stubborn, Grandchild.DAEMON)
              .runForever());
    }
  },
  FORKS_IN_A_LOOP {
    @Override
    Command command(Blocker blocker) {
      // Each forks its successor and ends: a moving target, for at most so many hops.
      return Command.shell(
          "trap '' TERM; hop() { [ $1 -gt 0 ] || return; (sleep 5 &) ; hop $(($1 - 1)); };"
              + " hop 40; sleep 60");
    }

    @Override
    boolean mayEscape() {
      return true;
    }
  },
  MOVES_ON_AND_ON {
    @Override
    Command command(Blocker blocker) {
      return of(ChildProgram.create().ignoring("TERM").forkChain(60, ofSeconds(5)).runForever());
    }

    @Override
    boolean mayEscape() {
      return true;
    }
  },
  FLOODS_A_CAPTURE {
    @Override
    Command command(Blocker blocker) {
      return of(ChildProgram.create().ignoring("TERM").repeatForever("flood\n"))
          .keepHeadAndTail(1 << 16);
    }
  },
  FLOODS_A_CONSUMER {
    @Override
    Command command(Blocker blocker) {
      AtomicInteger lines = new AtomicInteger();
      return of(ChildProgram.create().ignoring("TERM").repeatForever("flood\n"))
          .stdout(Stdout.lines(line -> lines.incrementAndGet()));
    }
  },
  CONSUMER_BLOCKS {
    @Override
    Command command(Blocker blocker) {
      return of(ChildProgram.create().repeatForever("flood\n"))
          .stdout(Stdout.lines(line -> blocker.interruptibly()));
    }
  },
  CONSUMER_BLOCKS_AND_IGNORES_INTERRUPTS {
    @Override
    Command command(Blocker blocker) {
      return of(ChildProgram.create().repeatForever("flood\n"))
          .stdout(Stdout.lines(line -> blocker.stubbornly()));
    }
  },
  INPUT_BLOCKS {
    @Override
    Command command(Blocker blocker) {
      return of(ChildProgram.create().ignoring("TERM").echoAll())
          .stdin(Stdin.stream(() -> blocker.stream(true)));
    }
  },
  INPUT_BLOCKS_AND_IGNORES_INTERRUPTS {
    @Override
    Command command(Blocker blocker) {
      return of(ChildProgram.create().ignoring("TERM").echoAll())
          .stdin(Stdin.stream(() -> blocker.stream(false)));
    }
  },
  READS_NOTHING {
    @Override
    Command command(Blocker blocker) {
      return of(ChildProgram.create().ignoring("TERM").runForever())
          .stdin(Stdin.bytes(new byte[1 << 20]));
    }
  };

  abstract Command command(Blocker blocker);

  /** Whether it is so hard to catch that the teardown may say so instead. */
  boolean mayEscape() {
    return false;
  }

  private static Command of(ChildProgram program) {
    return Command.of(program.safetyLimit(ofSeconds(20)).command());
  }

  /** Blocks user code until the round is over. */
  static final class Blocker implements AutoCloseable {
    private final CountDownLatch over = new CountDownLatch(1);

    void interruptibly() {
      try {
        over.await();
      } catch (InterruptedException e) {
        throw new IllegalStateException("interrupted", e);
      }
    }

    void stubbornly() {
      while (over.getCount() > 0) {
        LockSupport.parkNanos(1_000_000);
        Thread.interrupted();
      }
    }

    InputStream stream(boolean interruptible) {
      return new InputStream() {
        @Override
        public int read() {
          if (interruptible) {
            interruptibly();
          } else {
            stubbornly();
          }
          return -1;
        }
      };
    }

    @Override
    public void close() {
      over.countDown();
    }
  }
}
