package dev.stead.store.rocks;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.stead.store.Lease;
import dev.stead.store.LeaseResult;
import dev.stead.store.LeaseResult.Acquired;
import dev.stead.store.LeaseResult.Held;
import dev.stead.store.LeaseWatch;
import dev.stead.store.LeaseWatch.Seen;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class LeaseTest {
  private static final Duration LIFE = Duration.ofSeconds(30);
  private static final Duration PATIENCE = Duration.ofSeconds(20);

  @TempDir Path directory;
  private final MovingClock clock = new MovingClock();
  private RocksStore store;

  @BeforeEach
  void open() {
    store = RocksStore.open(directory, clock);
  }

  @AfterEach
  void checkAndClose() {
    assertThat(store.check()).isEmpty();
    store.close();
  }

  @Test
  void aLeaseIsHeldByOneOwner() {
    Lease lease = lease("one", clock.instant(), clock.instant().plus(LIFE));
    assertThat(acquire("one")).isEqualTo(new Acquired(lease));
    assertThat(acquire("two")).isEqualTo(new Held(lease));
    assertThat(store.lease("apps/cv")).contains(lease);
  }

  @Test
  void aLeaseEndsByItselfWhenItsTimeIsOver() {
    acquire("one");
    clock.advance(LIFE.minusMillis(1));
    assertThat(acquire("two")).isInstanceOf(Held.class);
    clock.advance(Duration.ofMillis(1));
    assertThat(store.lease("apps/cv")).isEmpty();
    assertThat(store.renew("apps/cv", "one")).isFalse();
    assertThat(acquire("two")).isInstanceOf(Acquired.class);
  }

  @Test
  void renewingProlongs() {
    Instant start = clock.instant();
    acquire("one");
    clock.advance(LIFE.dividedBy(2));
    assertThat(store.renew("apps/cv", "one")).isTrue();
    assertThat(store.renew("apps/cv", "two")).isFalse();
    clock.advance(LIFE.minusMillis(1));
    assertThat(store.lease("apps/cv"))
        .contains(lease("one", start, start.plus(LIFE.dividedBy(2)).plus(LIFE)));
  }

  @Test
  void itsOwnerAcquiresItAgainAndKeepsTheStart() {
    Instant start = clock.instant();
    acquire("one");
    clock.advance(Duration.ofSeconds(20));
    assertThat(acquire("one"))
        .isEqualTo(new Acquired(lease("one", start, clock.instant().plus(LIFE))));
    clock.advance(LIFE);
    assertThat(acquire("one"))
        .isEqualTo(new Acquired(lease("one", clock.instant(), clock.instant().plus(LIFE))));
  }

  @Test
  void onlyItsOwnerGivesItBack() {
    acquire("one");
    store.release("apps/cv", "two");
    assertThat(acquire("two")).isInstanceOf(Held.class);
    store.release("apps/cv", "one");
    assertThat(store.lease("apps/cv")).isEmpty();
    assertThat(acquire("two")).isInstanceOf(Acquired.class);
  }

  @Test
  void ofManyAtOnceExactlyOneGetsIt() throws Exception {
    List<Callable<LeaseResult>> wishes = new ArrayList<>();
    for (int i = 0; i < 50; i++) {
      String owner = "owner-" + i;
      wishes.add(() -> acquire(owner));
    }
    int acquired = 0;
    try (var threads =
        Executors.newThreadPerTaskExecutor(Thread.ofVirtual().name("owner").factory())) {
      for (Future<LeaseResult> result : threads.invokeAll(wishes)) {
        acquired += result.get() instanceof Acquired ? 1 : 0;
      }
    }
    assertThat(acquired).isEqualTo(1);
  }

  @Test
  void aLeaseOutlivesReopeningButLeavesNoRevision() {
    acquire("one");
    store.close();
    store = RocksStore.open(directory, clock);
    assertThat(acquire("two")).isInstanceOf(Held.class);
    assertThat(store.head()).isZero();
    clock.advance(LIFE);
    assertThat(acquire("two")).isInstanceOf(Acquired.class);
  }

  @Test
  void takingAndLosingIsSeenAndRenewingIsNot() throws Exception {
    acquire("one");
    Lease first = store.lease("apps/cv").orElseThrow();
    store.acquire("elsewhere", "one", "", LIFE);
    try (LeaseWatch watch = store.watchLeases("apps/")) {
      assertThat(watch.next(PATIENCE)).contains(new Seen.Taken(first));
      assertThat(watch.next(Duration.ZERO)).isEmpty();
      clock.advance(LIFE.dividedBy(2));
      store.renew("apps/cv", "one");
      store.release("elsewhere", "one");
      assertThat(watch.next(Duration.ofMillis(20))).isEmpty();

      store.release("apps/cv", "one");
      acquire("two");
      Lease second = store.lease("apps/cv").orElseThrow();
      assertThat(watch.next(PATIENCE)).contains(new Seen.Lost(first));
      assertThat(watch.next(PATIENCE)).contains(new Seen.Taken(second));
      clock.advance(LIFE);
      assertThat(watch.next(PATIENCE)).contains(new Seen.Lost(second));
      assertThat(watch.next(Duration.ZERO)).isEmpty();
    }
  }

  @Test
  void theSameOwnerLosingAndTakingItAgainIsSeen() throws Exception {
    acquire("one");
    try (LeaseWatch watch = store.watchLeases("")) {
      assertThat(watch.next(PATIENCE)).containsInstanceOf(Seen.Taken.class);
      clock.advance(LIFE);
      acquire("one");
      assertThat(watch.next(PATIENCE)).containsInstanceOf(Seen.Lost.class);
      assertThat(watch.next(PATIENCE))
          .contains(new Seen.Taken(store.lease("apps/cv").orElseThrow()));
    }
  }

  /// Nobody writes anything when a lease ends by itself: the watch wakes up by the time.
  @Test
  void whoWaitsIsWokenByTakingAndByTheEnd() throws Exception {
    try (RocksStore real = RocksStore.open(directory.resolve("real"), InstantSource.system());
        LeaseWatch watch = real.watchLeases("");
        var threads = Executors.newThreadPerTaskExecutor(Thread.ofVirtual().name("w").factory())) {
      Future<Optional<Seen>> taken = threads.submit(() -> watch.next(PATIENCE));
      real.acquire("apps/cv", "one", "", Duration.ofMillis(300));
      assertThat(taken.get()).containsInstanceOf(Seen.Taken.class);
      assertThat(watch.next(PATIENCE)).containsInstanceOf(Seen.Lost.class);
    }
  }

  @Test
  void closingTheStoreEndsTheWaiting() throws Exception {
    RocksStore other = RocksStore.open(directory.resolve("other"), clock);
    try (LeaseWatch watch = other.watchLeases("");
        var threads = Executors.newThreadPerTaskExecutor(Thread.ofVirtual().name("w").factory())) {
      Future<?> waiting = threads.submit(() -> watch.next(PATIENCE));
      other.close();
      assertThatThrownBy(waiting::get).hasMessageContaining("the store is closed");
    }
  }

  private LeaseResult acquire(String owner) {
    return store.acquire("apps/cv", owner, "deploy", LIFE);
  }

  private static Lease lease(String owner, Instant since, Instant expires) {
    return new Lease("apps/cv", owner, "deploy", since, expires, LIFE);
  }
}
