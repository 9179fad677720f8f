package dev.stead.agent;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.stead.sdk.Code;
import dev.stead.sdk.StoreAnswers;
import dev.stead.sdk.StoreAnswers.Change;
import dev.stead.sdk.StoreAnswers.Seen;
import dev.stead.sdk.StoreClient;
import dev.stead.sdk.StoreClient.Watching;
import dev.stead.sdk.StoreRequests;
import dev.stead.sdk.StoreRequests.At;
import dev.stead.sdk.StoreRequests.Mutation;
import dev.stead.store.Retention;
import dev.stead.store.rocks.RocksStore;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/// Watches of the store over the API of a real agent.
final class StoreWatchTest {
  private final OwnAgent agent = new OwnAgent();

  @AfterEach
  void stop() throws IOException {
    agent.close();
  }

  @Test
  void aWatchGoesOnWithoutAGapWhereItWasCut() throws Exception {
    agent.put("w/a", "1");
    var first = new Watched(OptionalLong.empty(), Optional.empty());
    assertThat(first.place()).isEqualTo("1");
    agent.put("other", "1");
    store().commit(both("2"));
    var seen = (StoreAnswers.Commit) first.next();
    assertThat(seen.revision()).isEqualTo(3);
    assertThat(seen.author()).startsWith("ada@test");
    assertThat(seen.changes()).extracting(Change::key).containsExactly("w/a", "w/b");

    first.stop();
    agent.put("w/a", "3");
    agent.end();
    agent.startAgain();
    agent.put("w/a", "4");

    var second = new Watched(OptionalLong.empty(), Optional.of("3"));
    assertThat(second.next().revision()).isEqualTo(4);
    assertThat(second.next().revision()).isEqualTo(5);
    agent.put("w/a", "5");
    assertThat(second.next().revision()).isEqualTo(6);
    second.stop();
  }

  @Test
  void whatWasCompactedIsSaid() throws Exception {
    for (var i = 0; i < 5; i++) {
      agent.put("w/a", "v" + i);
    }
    agent.end();
    try (var platform = RocksStore.open(agent.home().resolve("store"), InstantSource.system())) {
      platform.retain("w/", new Retention.Newest(1));
      assertThat(platform.compact()).isPositive();
    }
    agent.startAgain();

    var watched = new Watched(OptionalLong.of(0), Optional.empty());
    assertThat(watched.next()).isEqualTo(new StoreAnswers.Compacted(5));
    watched.stop();
    assertThatThrownBy(() -> store().get(new At(Optional.empty(), Optional.of("2")), "w/a"))
        .hasMessageContaining(Code.COMPACTED.id())
        .hasMessageContaining("w/a");
  }

  /// The restored store counts again from where the backup was made.
  @Test
  void aWatchOfTheStoreThatABackupReplacedIsRefused() throws Exception {
    agent.put("w/a", "1");
    var backup = agent.home().resolve("backup");
    agent.end();
    try (var platform = RocksStore.open(agent.home().resolve("store"), InstantSource.system())) {
      platform.backup(backup);
    }
    agent.startAgain();
    agent.put("w/a", "lost");
    agent.end();
    RocksStore.restore(backup, agent.home().resolve("store"), InstantSource.system());
    agent.startAgain();
    agent.put("w/a", "another");

    var gone = new Watching(Optional.empty(), "w/", OptionalLong.empty(), Optional.of("2"));
    var nobody = new Told(new LinkedBlockingQueue<>(), new LinkedBlockingQueue<>());
    assertThatThrownBy(() -> store().watch(gone, nobody))
        .hasMessageContaining(Code.RESTORED.id())
        .hasMessageContaining("watching behind revision 2");

    var here = new Watched(OptionalLong.of(1), Optional.empty());
    assertThat(here.place()).startsWith("1-");
    assertThat(here.next().revision()).isEqualTo(2);
    var place = here.place();
    here.stop();
    agent.put("w/a", "next");
    var back = new Watched(OptionalLong.empty(), Optional.of(place));
    assertThat(back.next().revision()).isEqualTo(3);
    back.stop();
  }

  /// A watch of `w/` on a thread of its own, until it is stopped.
  private final class Watched {
    private final BlockingQueue<Seen> seen = new LinkedBlockingQueue<>();
    private final BlockingQueue<String> places = new LinkedBlockingQueue<>();
    private final Thread thread;

    private static final class Enough extends RuntimeException {
      private static final long serialVersionUID = 1;
    }

    Watched(OptionalLong after, Optional<String> place) {
      thread =
          Thread.ofVirtual()
              .start(
                  () -> {
                    try {
                      store()
                          .watch(
                              new Watching(Optional.empty(), "w/", after, place),
                              new Told(seen, places));
                    } catch (IOException | Enough e) {
                      places.add("cut");
                    }
                  });
    }

    Seen next() throws InterruptedException {
      var next = seen.poll(20, TimeUnit.SECONDS);
      assertThat(next).as("something seen within 20 s").isNotNull();
      return next;
    }

    String place() throws InterruptedException {
      var place = places.poll(20, TimeUnit.SECONDS);
      assertThat(place).as("a place within 20 s").isNotNull();
      return place;
    }

    void stop() throws InterruptedException {
      thread.interrupt();
      thread.join();
      assertThat(seen).isEmpty();
    }
  }

  private record Told(BlockingQueue<Seen> seen, BlockingQueue<String> places)
      implements StoreClient.Watcher {
    @Override
    public void at(String place) {
      places.add(place);
    }

    @Override
    public void seen(Seen next) {
      seen.add(next);
    }
  }

  private StoreClient store() {
    return agent.store();
  }

  private static StoreRequests.Commit both(String value) {
    return new StoreRequests.Commit(
        Optional.empty(),
        Optional.empty(),
        List.of(mutation("w/a", value), mutation("w/b", value)),
        List.of());
  }

  private static Mutation mutation(String key, String value) {
    return new Mutation(
        key, Optional.of("text/plain"), Optional.of(ByteBuffer.wrap(value.getBytes(UTF_8))));
  }
}
