package dev.stead.agent;

import static dev.stead.agent.OwnAgent.utf8;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.stead.sdk.Code;
import dev.stead.sdk.Http;
import dev.stead.sdk.Problem;
import dev.stead.sdk.RevisionTag;
import dev.stead.sdk.StoreAnswers;
import dev.stead.sdk.StoreClient;
import dev.stead.sdk.StoreClient.Target;
import dev.stead.sdk.StoreRequests;
import dev.stead.sdk.StoreRequests.At;
import dev.stead.sdk.StoreRequests.Condition;
import dev.stead.sdk.StoreRequests.Expected;
import dev.stead.sdk.StoreRequests.Mutation;
import dev.stead.sdk.Wire;
import dev.stead.store.rocks.RocksStore;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/// ETags of the store's API, also where a backup took the store's place: revisions are counted
/// again there that were told before.
final class StoreTagTest {
  private static final String KEY = "/v1/store/keys/a";

  private final OwnAgent agent = new OwnAgent();

  @AfterEach
  void checkAndStop() throws IOException {
    assertThat(store().check().violations()).isEmpty();
    agent.close();
  }

  @Test
  void aReaderThatHasTheValueGetsItNoSecondTime() throws IOException {
    put("first");
    var etag = read().tag().etag();
    assertThat(etag).isEqualTo("\"1\"");

    for (var tags : List.of(etag, "\"7\", " + etag, "W/" + etag, "*")) {
      try (var answer = reading(tags)) {
        assertThat(answer.status()).as(tags).isEqualTo(304);
        assertThat(answer.headers().get("etag")).isEqualTo(etag);
        assertThat(answer.bytes()).isEmpty();
      }
    }
    assertThat(statusOfReading("\"2\"")).isEqualTo(200);
    put("second");
    assertThat(statusOfReading(etag)).isEqualTo(200);
  }

  @Test
  void anETagOfTheStoreThatABackupReplacedMatchesNothing() throws IOException {
    put("kept");
    var backup = agent.home().resolve("backup");
    agent.end();
    try (var platform = RocksStore.open(agent.home().resolve("store"), InstantSource.system())) {
      platform.backup(backup);
    }
    agent.startAgain();
    put("lost");
    var lost = read().tag();
    agent.end();
    RocksStore.restore(backup, agent.home().resolve("store"), InstantSource.system());
    agent.startAgain();
    var written = put("another");
    var found = read().tag();

    assertThat(lost).isEqualTo(new RevisionTag(2, ""));
    assertThat(found).isEqualTo(written.tag());
    assertThat(found.revision()).isEqualTo(2);
    assertThat(found.lineage()).isNotEmpty();
    assertThat(statusOfReading(lost.etag())).isEqualTo(200);
    assertThat(statusOfReading(found.etag())).isEqualTo(304);

    assertRefused("PUT", lost);
    assertRefused("DELETE", lost);
    assertThatThrownBy(() -> commit(key("a", lost))).hasMessageContaining(Code.CONFLICT.id());
    assertThatThrownBy(() -> commit(head(lost))).hasMessageContaining(Code.CONFLICT.id());
    assertThat(text()).isEqualTo("another");

    var next = store().put(expecting(found), "text/plain", utf8("next"));
    commit(key("a", next.tag()), head(next.tag()));
    assertThat(text()).isEqualTo("committed");
  }

  private void assertRefused(String method, RevisionTag tag) throws IOException {
    var sender = agent.http().with(Map.of("If-Match", tag.etag()));
    try (var answer = sender.send(method, KEY, utf8("x"), "text/plain")) {
      assertThat(answer.status()).isEqualTo(412);
      var problem = Wire.read(answer.bytes(), Problem.class);
      assertThat(problem.code()).isEqualTo(Code.CONFLICT.id());
      assertThat(problem.why())
          .isEqualTo("key 'a' was to be at revision 2 of a store that a backup has replaced since");
    }
  }

  private Http.Answer reading(String tags) throws IOException {
    return agent.http().with(Map.of("If-None-Match", tags)).send("GET", KEY);
  }

  private int statusOfReading(String tags) throws IOException {
    try (var answer = reading(tags)) {
      return answer.status();
    }
  }

  private StoreAnswers.Value read() throws IOException {
    return store().get(At.now(), "a").orElseThrow();
  }

  private String text() throws IOException {
    return new String(read().bytes().array(), UTF_8);
  }

  private StoreAnswers.Committed put(String value) throws IOException {
    return store().put(Target.of("a"), "text/plain", utf8(value));
  }

  private void commit(Condition... conditions) throws IOException {
    var value = Optional.of(ByteBuffer.wrap(utf8("committed")));
    var change = new Mutation("a", Optional.of("text/plain"), value);
    store()
        .commit(
            new StoreRequests.Commit(
                Optional.empty(), Optional.empty(), List.of(change), List.of(conditions)));
  }

  private static Condition key(String key, RevisionTag tag) {
    return new Condition(Optional.of(key), Optional.of(tag.revision()), Optional.of(tag.lineage()));
  }

  private static Condition head(RevisionTag tag) {
    return new Condition(Optional.empty(), Optional.of(tag.revision()), Optional.of(tag.lineage()));
  }

  private static Target expecting(RevisionTag tag) {
    return new Target(Optional.empty(), "a", Expected.at(tag), Optional.empty());
  }

  private StoreClient store() {
    return agent.store();
  }
}
