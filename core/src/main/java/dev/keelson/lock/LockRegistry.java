/* SPDX-License-Identifier: Apache-2.0 */
package dev.keelson.lock;

import static java.util.Objects.requireNonNull;

import dev.keelson.internal.threads.Durations;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.Consumer;
import java.util.function.Predicate;
import javax.annotation.concurrent.ThreadSafe;

/**
 * Locks that are known: by name, by key, by stripe, or because they were registered. What is known
 * can be looked at ({@link #held}, {@link #report}), checked ({@link OrderChecking}, {@link
 * #openScope}) and repaired ({@link #recoverAll}).
 *
 * <p>A named lock stays until it is removed. All others are known for as long as somebody refers to
 * them, holds them or waits for them; the registry keeps none of them alive. What it costs to know
 * a lock is in docs/performance.md; nothing is paid when a lock is taken, unless orders are checked
 * or sites recorded.
 *
 * <p>Safe for use by multiple threads. A registry has no thread of its own and is never closed.
 * Nothing here waits for a lock that it knows. Filters given to it run on the calling thread, the
 * consumer of {@link #dumpLater} on one of Keelson's, and all of them outside every lock.
 *
 * <p>Every registry takes part in {@link dev.keelson.boundary.Boundary boundaries}: it is quiet
 * when no other thread holds one of its locks, and in the child it recovers those whose owner is
 * gone.
 */
@ThreadSafe
public final class LockRegistry {

  private static final Duration BETWEEN_SAMPLES = Duration.ofMillis(500);

  private final String name;
  private final LockMaker maker;
  final KnownLocks known;

  private static final class Global {
    static final LockRegistry REGISTRY =
        builder()
            .name("global")
            .order(property("keelson.lock.order", OrderChecking.class, OrderChecking.OFF))
            .sites(property("keelson.lock.sites", SiteRecording.class, SiteRecording.CONTENDED))
            .build();
  }

  /** A registry that records the sites of contended acquisitions and checks no order. */
  public LockRegistry() {
    this(builder());
  }

  private LockRegistry(Builder builder) {
    name = builder.name;
    maker = new LockMaker(builder.fair, builder.policy, builder.order, builder.sites);
    known = new KnownLocks(maker);
    if (builder.sites != SiteRecording.OFF) {
      AcquisitionSite.wantContended();
    }
    RegistryHook.add(this);
  }

  /**
   * The registry of this JVM. {@code -Dkeelson.lock.order=off|warn|throw} and {@code
   * -Dkeelson.lock.sites=off|contended|sampled|all} set what it does; by default it checks no order
   * and records contended sites.
   */
  public static LockRegistry global() {
    return Global.REGISTRY;
  }

  /** Every registry of this JVM that somebody refers to; it keeps none of them alive. */
  public static List<LockRegistry> all() {
    return RegistryHook.all();
  }

  /** What a registry of one's own is to do. */
  public static Builder builder() {
    return new Builder();
  }

  private static <E extends Enum<E>> E property(String key, Class<E> type, E otherwise) {
    String value = System.getProperty(key);
    if (value == null) {
      return otherwise;
    }
    try {
      return Enum.valueOf(type, value.toUpperCase(Locale.ROOT));
    } catch (IllegalArgumentException e) {
      System.getLogger(LockRegistry.class.getPackageName())
          .log(
              System.Logger.Level.WARNING,
              "{0} is \"{1}\", which is none of {2}; it counts as {3}",
              key,
              value,
              List.of(type.getEnumConstants()),
              otherwise);
      return otherwise;
    }
  }

  /** The name that reports show. */
  public String name() {
    return name;
  }

  /** How many locks are known, those included that were collected a moment ago. */
  public int size() {
    return known.table.size();
  }

  // ---- making and finding locks

  /**
   * The lock of that name; made at the first call, the same until it is removed.
   *
   * @throws IllegalArgumentException if the name is blank
   */
  public ResettableLock lock(String name) {
    return known.named.get(LockMaker.checkName(name), maker, known.table);
  }

  /**
   * Forgets a named lock.
   *
   * @return whether there was one
   * @throws IllegalStateException if it is held or waited for: another one of the same name would
   *     let two threads in
   */
  public boolean remove(String name) {
    return known.named.remove(requireNonNull(name, "name"), known.table);
  }

  /**
   * The lock of that key: equal keys have the same one, as long as somebody refers to it, holds it
   * or waits for it, or it {@linkplain AbandonPolicy#REFUSE refuses}. After that it is forgotten,
   * and with it its tokens, its history and that it was inconsistent: whoever needs these keeps it.
   *
   * @param key with {@code equals} and {@code hashCode} that do not change; kept as long as its
   *     lock
   */
  public ResettableLock keyed(Object key) {
    return known.keyed.get(requireNonNull(key, "key"));
  }

  /** As {@link #striped(String, int)}, named "striped". */
  public StripedLocks striped(int count) {
    return striped("striped", count);
  }

  /**
   * A new group of locks for any number of keys.
   *
   * @throws IllegalArgumentException if there is no stripe, or the name is blank
   */
  public StripedLocks striped(String name, int count) {
    LockMaker.checkName(name);
    if (count < 1) {
      throw new IllegalArgumentException("count is " + count + "; at least one stripe is needed");
    }
    ResettableLock[] stripes = new ResettableLock[count];
    for (int i = 0; i < count; i++) {
      stripes[i] = maker.stripe(name, i);
      known.add(stripes[i]);
    }
    return new StripedLocks(stripes);
  }

  /**
   * Makes a lock known that was made elsewhere, until it is collected. Register a lock once. Its
   * order is not checked, and of its sites only the contended ones are recorded.
   */
  public void register(ResettableLock lock) {
    known.add(requireNonNull(lock, "lock"));
  }

  /**
   * Says that the program takes several locks of this name together in an order that it keeps by
   * itself, so that order checking has to accept it.
   */
  public void allowNesting(String name) {
    maker.allowNesting(requireNonNull(name, "name"));
  }

  // ---- looking

  /** The locks that are held by anybody now. */
  public List<ResettableLock> held() {
    List<ResettableLock> all = new ArrayList<>();
    known.eachHeld(held -> all.add(held.lock()));
    return all;
  }

  /** The locks that the thread holds now, whether it is alive or not. */
  public List<ResettableLock> heldBy(Thread thread) {
    List<ResettableLock> all = new ArrayList<>();
    known.eachHeldBy(requireNonNull(thread, "thread"), held -> all.add(held.lock()));
    return all;
  }

  /**
   * The first violations of the order that were found so far, the oldest first, whether they were
   * logged or thrown; at most {@value OrderChecker#MOST_VIOLATIONS}. Empty where no order is
   * checked: see {@link #checksOrder}.
   */
  public List<LockOrderException> orderViolations() {
    return maker.orderViolations();
  }

  /** Whether the order is checked in which its locks are taken. */
  public boolean checksOrder() {
    return maker.checksOrder();
  }

  // ---- repairing

  /** {@linkplain ResettableLock#recover() Recovers} every lock whose owner is gone. */
  public BulkOutcome recoverAll() {
    return known.recoverAll();
  }

  /**
   * {@linkplain ResettableLock#reset(String) Resets} every held lock that the filter accepts; those
   * whose owner is alive are refused.
   *
   * @throws IllegalArgumentException if the reason is blank
   */
  public BulkOutcome resetAll(Predicate<? super ResettableLock> filter, String reason) {
    ResettableLock.checkReason(reason);
    return known.toHeld(requireNonNull(filter, "filter"), lock -> lock.reset(reason));
  }

  /**
   * Also from owners that are alive.
   *
   * @throws IllegalArgumentException if the reason is blank
   */
  public BulkOutcome resetAll(
      Force force, Predicate<? super ResettableLock> filter, String reason) {
    requireNonNull(force, "force");
    ResettableLock.checkReason(reason);
    return known.toHeld(requireNonNull(filter, "filter"), lock -> lock.reset(force, reason));
  }

  /**
   * {@linkplain ResettableLock#evict(String) Evicts} every lock that the filter accepts and that is
   * held, waited for or waited in; those whose owner is alive are refused.
   *
   * @throws IllegalArgumentException if the reason is blank
   */
  public BulkOutcome evictAll(Predicate<? super ResettableLock> filter, String reason) {
    ResettableLock.checkReason(reason);
    return known.toBusy(requireNonNull(filter, "filter"), lock -> lock.evict(reason));
  }

  /**
   * Also from owners that are alive.
   *
   * @throws IllegalArgumentException if the reason is blank
   */
  public BulkOutcome evictAll(
      Force force, Predicate<? super ResettableLock> filter, String reason) {
    requireNonNull(force, "force");
    ResettableLock.checkReason(reason);
    return known.toBusy(requireNonNull(filter, "filter"), lock -> lock.evict(force, reason));
  }

  // ---- scopes and reports

  /** Opens a scope that {@linkplain LockLeakPolicy#FAIL fails} if locks are left held. */
  public LockScope openScope(String label) {
    return openScope(label, LockLeakPolicy.FAIL);
  }

  /** Opens a scope for the calling thread: a task or a test. */
  public LockScope openScope(String label, LockLeakPolicy policy) {
    return new LockScope(this, requireNonNull(label, "label"), requireNonNull(policy, "policy"));
  }

  /** As {@link #report(Duration)}, with half a second between the samples. */
  public HangReport report() {
    return report(BETWEEN_SAMPLES);
  }

  /**
   * Looks at the locks twice and tells what hangs, and who is to blame. It takes no lock of the
   * program. Beside the locks of this registry it shows every {@link ResettableLock} that threads
   * wait for, and the monitors and other locks that platform threads wait for.
   *
   * @param between the time between the two samples; zero takes one, which cannot tell a lock that
   *     moves from one that is stuck. An interrupt cuts it short and stays set
   */
  public HangReport report(Duration between) {
    if (requireNonNull(between, "between").isNegative()) {
      throw new IllegalArgumentException(
          "between is " + between + "; it must not be negative (zero takes one sample)");
    }
    return ReportMaker.report(this, between);
  }

  /**
   * Logs a report, as a warning, once that time is over; closing what is returned cancels it. For a
   * program that is expected to be done by then.
   */
  public PendingDump dumpLater(Duration after) {
    return dumpLater(
        after,
        report ->
            System.getLogger(LockRegistry.class.getPackageName())
                .log(System.Logger.Level.WARNING, () -> "not done in time\n" + report.toText()));
  }

  /** Gives a report to the consumer, on a thread of Keelson's, once that time is over. */
  public PendingDump dumpLater(Duration after, Consumer<? super HangReport> consumer) {
    requireNonNull(consumer, "consumer");
    long nanos = Durations.nanos("after", after);
    return PendingDump.schedule(nanos, () -> consumer.accept(report()));
  }

  @Override
  public String toString() {
    return "LockRegistry " + name + " of " + size() + " locks";
  }

  /** Says what a registry is to do. Not safe for use by multiple threads. */
  public static final class Builder {
    private String name = "own";
    private boolean fair;
    private AbandonPolicy policy = AbandonPolicy.HEAL;
    private OrderChecking order = OrderChecking.OFF;
    private SiteRecording sites = SiteRecording.CONTENDED;

    Builder() {}

    /** What reports call it. */
    public Builder name(String name) {
      this.name = LockMaker.checkName(name);
      return this;
    }

    /** Whether the locks it makes are fair; false by default. */
    public Builder fair(boolean fair) {
      this.fair = fair;
      return this;
    }

    /** What the locks it makes do after an owner has died; HEAL by default. */
    public Builder policy(AbandonPolicy policy) {
      this.policy = requireNonNull(policy, "policy");
      return this;
    }

    /** What to do about the order in which the locks it makes are taken; OFF by default. */
    public Builder order(OrderChecking order) {
      this.order = requireNonNull(order, "order");
      return this;
    }

    /** Which acquisitions to remember; CONTENDED by default. */
    public Builder sites(SiteRecording sites) {
      this.sites = requireNonNull(sites, "sites");
      return this;
    }

    /** Makes the registry. */
    public LockRegistry build() {
      return new LockRegistry(this);
    }
  }
}
