package dev.stead.store.rocks;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.stead.store.Commit;
import dev.stead.store.Commit.Mutation.Put;
import dev.stead.store.CommitResult;
import dev.stead.store.CommitResult.Committed;
import dev.stead.store.Store;
import dev.stead.store.Value;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Supplier;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Writers while they wait for the committer.
final class WaitingWritersTest {
  private static final int WRITERS = 60;

  @TempDir Path directory;
  private final Queue<Long> revisions = new ConcurrentLinkedQueue<>();

  @Test
  void writersThatWaitedTogetherAreAllTold() throws InterruptedException {
    CountDownLatch all = new CountDownLatch(1);
    FailPoint.Listener holding = point -> hold(point, all);
    try (RocksStore store = RocksStore.open(directory, new MovingClock(), holding)) {
      List<Thread> writers = new ArrayList<>();
      for (int i = 0; i < WRITERS; i++) {
        String key = "k" + i;
        writers.add(Thread.ofPlatform().start(() -> write(store, key)));
      }
      writers.forEach(WaitingWritersTest::awaitWaiting);
      all.countDown();
      for (Thread writer : writers) {
        writer.join();
      }

      assertThat(revisions)
          .containsExactlyInAnyOrderElementsOf(LongStream.rangeClosed(1, WRITERS).boxed().toList());
      assertThat(store.check()).isEmpty();
    }
  }

  @Test
  void aWriterThatIsInterruptedStillLearnsWhatBecameOfItsWrite() {
    try (RocksStore store = RocksStore.open(directory, new MovingClock())) {
      Thread.currentThread().interrupt();
      write(store, "a");

      assertThat(Thread.interrupted()).isTrue();
      assertThat(revisions).containsExactly(1L);
      assertThat(store.get(Store.PRODUCTION, "a")).isPresent();
      assertThat(store.check()).isEmpty();
    }
  }

  @Test
  void whoDoesNotWaitIsToldTheSame() throws InterruptedException {
    BlockingQueue<Supplier<CommitResult>> ends = new LinkedBlockingQueue<>();
    Value value = new Value("text/plain", new byte[] {1});
    try (RocksStore store = RocksStore.open(directory, new MovingClock())) {
      store.begin(Commit.of(Store.PRODUCTION, "ada", "", new Put("a", value)), ends::add);
      assertThat(ends.take().get()).isEqualTo(new Committed(1));

      Commit conditional =
          Commit.of(Store.PRODUCTION, "ada", "", new Put("a", value))
              .when(new Commit.Condition.KeyAbsent("a"));
      store.begin(conditional, ends::add);
      assertThat(ends.take().get()).isEqualTo(store.commit(conditional));

      store.begin(Commit.of("none", "ada", "", new Put("a", value)), ends::add);
      assertThatIllegalArgumentException().isThrownBy(ends.take()::get);

      Commit inadmissible = Commit.of(Store.PRODUCTION, "ada", "", new Put("", value));
      assertThatIllegalArgumentException().isThrownBy(() -> store.begin(inadmissible, ends::add));
      assertThat(store.check()).isEmpty();
    }
    assertThat(ends).isEmpty();
  }

  private static void hold(FailPoint point, CountDownLatch latch) {
    if (point == FailPoint.TAKEN) {
      try {
        latch.await();
      } catch (InterruptedException e) {
        throw new IllegalStateException("nobody interrupts the committer", e);
      }
    }
  }

  private static void awaitWaiting(Thread thread) {
    while (thread.isAlive() && thread.getState() != Thread.State.WAITING) {
      LockSupport.parkNanos(1_000_000);
    }
  }

  private void write(RocksStore store, String key) {
    Value value = new Value("text/plain", new byte[] {1});
    CommitResult result = store.commit(Commit.of(Store.PRODUCTION, "ada", "", new Put(key, value)));
    revisions.add(((Committed) result).revision());
  }
}
