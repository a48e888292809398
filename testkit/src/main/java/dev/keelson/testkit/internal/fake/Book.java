/* SPDX-License-Identifier: Apache-2.0 */
package dev.keelson.testkit.internal.fake;

import dev.keelson.testkit.FakeLaunchError;
import dev.keelson.testkit.FakeProcess;
import dev.keelson.testkit.FakeProgram;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import java.util.function.Supplier;
import javax.annotation.Nullable;

/**
 * What was registered, what was launched, and what went wrong. Safe for use by multiple threads.
 */
public final class Book implements Script {

  private final boolean strict;

  /** Guards everything below. */
  private final ReentrantLock lock = new ReentrantLock();

  private final List<Registration> registrations = new ArrayList<>();

  private final List<Trail> trails = new ArrayList<>();

  private final List<Launch> launches = new ArrayList<>();

  private final List<String> problems = new ArrayList<>();

  /**
   * An empty book.
   *
   * @param strict whether registrations must be used
   */
  public Book(boolean strict) {
    this.strict = strict;
  }

  // Writing into it

  /** A new registration, the last one to be asked. */
  public Registration register(CommandPattern pattern, String site) {
    return locked(
        () -> {
          Registration registration = new Registration(pattern, site);
          registrations.add(registration);
          return registration;
        });
  }

  /** Another launch of the same command, after those of {@code first}. */
  public Registration then(Registration first, String site) {
    return register(first.pattern, site);
  }

  public void step(Registration registration, String what, Consumer<FakeProcess> step) {
    run(() -> registration.step(what, step));
  }

  public void end(
      Registration registration, String what, Registration.End how, @Nullable FakeProgram last) {
    run(() -> registration.end(what, how, last, null));
  }

  public void fail(Registration registration, String what, IOException failure) {
    run(() -> registration.end(what, Registration.End.SAID, null, failure));
  }

  public void times(Registration registration, String what, int least, int most) {
    run(
        () -> {
          registration.requireUnused(what);
          registration.least = least;
          registration.most = most;
        });
  }

  /** Something is not as it must be; {@link #complaint} says so. */
  public void problem(String text) {
    run(() -> problems.add(text));
  }

  /** A process was sent another input than it must be. */
  public void wrongStdin(long pid, String expected, String actual, String site) {
    run(
        () -> {
          String shown =
              trails.stream()
                  .filter(trail -> trail.pid() == pid)
                  .map(trail -> trail.launch().shown())
                  .findFirst()
                  .orElse("pid " + pid);
          problems.add(Texts.stdin(shown, expected, actual, site));
        });
  }

  // Being asked

  @Override
  public Answer answer(Launch launch) throws IOException {
    lock.lock();
    try {
      launches.add(launch);
      for (Registration registration : registrations) {
        if (!registration.isUsedUp() && registration.pattern.matches(launch.words())) {
          return registration.answer(launch, trails::add);
        }
      }
      String text = Texts.unexpected(launch, registrations);
      problems.add(text);
      throw new FakeLaunchError(text);
    } finally {
      lock.unlock();
    }
  }

  @Override
  public void failed(Launch launch, Throwable failure) {
    problem(Texts.threw(launch, failure));
  }

  public List<Trail> trails() {
    return locked(() -> List.copyOf(trails));
  }

  /** Ends what lives of the fake processes. */
  public void endAll() {
    trails().forEach(Trail::end);
  }

  /** What is wrong now, as a message, or null. */
  public @Nullable String complaint() {
    return locked(
        () -> {
          List<String> all = new ArrayList<>(problems);
          if (strict) {
            String unused = Texts.unused(registrations, launches);
            if (unused != null) {
              all.add(unused);
            }
          }
          return all.isEmpty() ? null : Texts.limited(all);
        });
  }

  private <T> T locked(Supplier<T> action) {
    lock.lock();
    try {
      return action.get();
    } finally {
      lock.unlock();
    }
  }

  private void run(Runnable action) {
    lock.lock();
    try {
      action.run();
    } finally {
      lock.unlock();
    }
  }
}
