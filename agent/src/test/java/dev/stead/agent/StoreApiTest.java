package dev.stead.agent;

import static dev.stead.agent.OwnAgent.utf8;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.stead.sdk.Code;
import dev.stead.sdk.Problem;
import dev.stead.sdk.ProblemException;
import dev.stead.sdk.RevisionTag;
import dev.stead.sdk.StoreAnswers;
import dev.stead.sdk.StoreAnswers.Change;
import dev.stead.sdk.StoreAnswers.Outcome;
import dev.stead.sdk.StoreClient;
import dev.stead.sdk.StoreClient.Target;
import dev.stead.sdk.StoreRequests;
import dev.stead.sdk.StoreRequests.At;
import dev.stead.sdk.StoreRequests.Condition;
import dev.stead.sdk.StoreRequests.Expected;
import dev.stead.sdk.StoreRequests.MergeMode;
import dev.stead.sdk.StoreRequests.Mutation;
import dev.stead.sdk.StoreRequests.Page;
import dev.stead.sdk.StoreRequests.Side;
import dev.stead.sdk.Wire;
import dev.stead.store.Commit;
import dev.stead.store.Fork;
import dev.stead.store.Scope;
import dev.stead.store.Store;
import dev.stead.store.Value;
import dev.stead.store.rocks.RocksStore;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// The store over the API of a real agent.
final class StoreApiTest {
  private final OwnAgent agent = new OwnAgent();

  @TempDir Path elsewhere;

  @AfterEach
  void checkAndStop() throws IOException {
    assertThat(store().check().violations()).isEmpty();
    agent.close();
  }

  @Test
  void aValueComesBackAsItWentWithItsTypeAndRevision() throws IOException {
    var bytes = new byte[] {0, 1, -1, 13, 10};
    for (var key : List.of("a", "/lead/../ing//", "späce & +%2F?#", "x/.")) {
      var written = store().put(Target.of(key), "image/x; q=\"ä\"".replace("ä", "a"), bytes);

      var read = store().get(At.now(), key).orElseThrow();
      assertThat(read.bytes().array()).as(key).isEqualTo(bytes);
      assertThat(read.contentType()).isEqualTo("image/x; q=\"a\"");
      assertThat(read.tag()).isEqualTo(written.tag());
    }
    assertThat(store().get(At.now(), "b")).isEmpty();
    assertThat(store().list(At.now(), "", Page.first()).keys())
        .extracting(StoreAnswers.Key::key)
        .containsExactly("/lead/../ing//", "a", "späce & +%2F?#", "x/.");
  }

  @Test
  void aWriteThatExpectsSomethingElseIsRefusedWithWhatWasFound() throws IOException {
    var first = put("a", "1");

    assertThat(store().put(expecting("a", revision(first)), "text/plain", utf8("2")))
        .isEqualTo(new StoreAnswers.Committed(first + 1, none()));
    refused(
        Code.CONFLICT,
        "key 'a' was to be at revision %d, but revision %d (text/plain, 1 bytes) stands there"
            .formatted(first, first + 1),
        () -> store().delete(expecting("a", revision(first))));
    refused(
        Code.CONFLICT,
        "key 'a' was not to be there",
        () -> store().put(expecting("a", Expected.absent()), "text/plain", utf8("3")));
    refused(
        Code.CONFLICT,
        "but it is not there",
        () -> store().put(expecting("b", revision(1)), "text/plain", utf8("3")));
    assertThat(text("a")).contains("2");
    store().put(expecting("b", Expected.absent()), "text/plain", utf8("4"));
    try (var answer =
        agent
            .http()
            .with(Map.of("If-Match", "\"1\""))
            .send("PUT", "/v1/store/keys/b", utf8("5"), "text/plain")) {
      assertThat(answer.status()).isEqualTo(412);
    }
  }

  @Test
  void aCommitIsAllOrNothing() throws IOException {
    var head = put("a", "1");
    var changes = List.of(put64("b", "2"), new Mutation("a", Optional.empty(), Optional.empty()));

    refused(Code.CONFLICT, "'b' was to be at revision 7", () -> commit(changes, key("b", 7)));
    refused(Code.CONFLICT, "the branch was to be at revision", () -> commit(changes, head(0)));
    assertThat(text("a")).contains("1");

    commit(changes, new Condition(Optional.of("b"), none(), none()), key("a", head), head(head));
    assertThat(text("a")).isEmpty();
    assertThat(text("b")).contains("2");
    refused(Code.BAD_REQUEST, "a commit must change something", () -> commit(List.of()));
    refused(Code.BAD_REQUEST, "the key 'c' twice", () -> commit(twice("c")));
  }

  @Test
  void anyPointCanBeReadByRevisionMomentAndAge() throws IOException {
    var before = InstantSource.system().instant().minusSeconds(1);
    var first = put("a", "1");
    put("a", "2");
    store().delete(Target.of("a"));

    assertThat(text("a", at(first))).contains("1");
    assertThat(text("a", at(first + 1))).contains("2");
    assertThat(text("a", at(first + 2))).isEmpty();
    assertThat(text("a", new At(Optional.empty(), Optional.of(before.toString())))).isEmpty();
    assertThat(text("a", new At(Optional.empty(), Optional.of("PT1H")))).isEmpty();
    refused(Code.BAD_REQUEST, "there is no revision 99", () -> text("a", at(99)));
    refused(
        Code.BAD_REQUEST,
        "a point must be a revision such as 1234",
        () -> text("a", new At(Optional.empty(), Optional.of("yesterday"))));
    refused(Code.NO_KEY, "there is no key 'a'", () -> store().delete(Target.of("a")));
  }

  @Test
  void listsAndHistoriesComeInPages() throws IOException {
    var mutations =
        IntStream.range(0, 45).mapToObj(i -> put64("k/%02d".formatted(i), "x")).toList();
    commit(mutations);
    IntStream.range(0, 5).forEach(i -> put("one", "v" + i));

    var seen = new ArrayList<String>();
    var page = new Page(Optional.empty(), Optional.of(20));
    for (var next = Optional.of(""); next.isPresent(); ) {
      var keys = store().list(At.now(), "k/", page);
      keys.keys().forEach(key -> seen.add(key.key()));
      next = keys.next();
      page = next.map(page::behind).orElse(page);
    }
    assertThat(seen).hasSize(45).isSorted().doesNotHaveDuplicates();

    var newest = store().history(At.now(), "", Optional.of(3));
    assertThat(newest.changes()).extracting(Change::revision).containsExactly(6L, 5L);
    assertThat(newest.next()).contains(4L);
    var versions = store().versions(At.now(), "one", Optional.of(2));
    assertThat(versions.next()).contains(4L);
    assertThat(store().versions(at(4), "one", Optional.of(9)).next()).isEmpty();
    refused(
        Code.BAD_REQUEST,
        "a page of 1001; it can have 1 … 1000",
        () -> store().list(At.now(), "", new Page(Optional.empty(), Optional.of(1_001))));
  }

  @Test
  void aHistoryOfLargeValuesComesInSmallerPages() throws IOException {
    for (var i = 0; i < 6; i++) {
      put("large", ("" + i).repeat(1 << 20));
    }

    var newest = store().versions(At.now(), "large", Optional.empty());
    assertThat(newest.changes()).extracting(Change::revision).containsExactly(6L, 5L, 4L, 3L);
    assertThat(newest.changes().getLast().toFormer())
        .contains(
            new StoreAnswers.Bytes(
                List.of(edit(0, "2".repeat(1 << 20), ""), edit(0, "", "1".repeat(1 << 20)))));
    assertThat(newest.next()).contains(2L);
    var oldest = store().versions(at(2), "large", Optional.empty());
    assertThat(oldest.changes()).extracting(Change::revision).containsExactly(2L, 1L);
    assertThat(oldest.changes().getLast().toFormer()).contains(new StoreAnswers.Removal());
    assertThat(oldest.next()).isEmpty();

    var all = store().history(At.now(), "la", Optional.empty());
    assertThat(all.changes()).extracting(Change::revision).containsExactly(6L, 5L, 4L);
    assertThat(all.next()).contains(3L);
    assertThat(store().history(at(3), "la", Optional.empty()).next()).isEmpty();
  }

  @Test
  void aHistorySaysWhoAndWhyAndHowToGoBack() throws IOException {
    store().put(Target.of("doc"), "application/json", utf8("{\"a\":1}"));
    store()
        .put(
            new Target(Optional.empty(), "doc", Expected.anything(), Optional.of("more")),
            "application/json",
            utf8("{\"a\":2}"));
    store().delete(Target.of("doc"));
    put("doc", "abXcd");
    put("doc", "abYZcd");

    var versions = store().versions(At.now(), "doc", Optional.empty()).changes();
    assertThat(versions.get(3).author()).startsWith("ada@test");
    assertThat(versions.get(3).message()).isEqualTo("more");
    assertThat(versions.get(2).value()).isEmpty();
    assertThat(versions.stream().map(change -> change.toFormer().orElseThrow()))
        .containsExactly(
            new StoreAnswers.Bytes(
                List.of(edit(2, "", ""), edit(0, "YZ", ""), edit(0, "", "X"), edit(2, "", ""))),
            new StoreAnswers.Removal(),
            new StoreAnswers.Whole("application/json", buffer("{\"a\":2}")),
            new StoreAnswers.Document("[{\"op\":\"replace\",\"path\":\"/a\",\"value\":1}]"),
            new StoreAnswers.Removal());
  }

  @Test
  void aBranchIsForkedChangedComparedMergedAndReverted() throws IOException {
    put("app/a", "1");
    put("app/b", "1");
    put("other", "1");
    var fork =
        store()
            .fork(
                new StoreRequests.Fork(
                    "try", none(), Optional.of("2"), Optional.of("app/"), none(), none()));
    assertThat(fork.parent()).contains(Store.PRODUCTION);
    assertThat(fork.forkedAt()).contains(2L);
    assertThat(fork.prefix()).contains("app/");
    var there = new At(Optional.of("try"), Optional.empty());
    assertThat(text("other", there)).isEmpty();

    putOn("try", "app/a", "2");
    putOn("try", "new", "2");
    put("app/a", "3");
    assertThat(store().diff(At.now(), there, "app/", Page.first()).differences())
        .extracting(StoreAnswers.Difference::key)
        .containsExactly("app/a");

    assertThat(merge(MergeMode.FAST_FORWARD, Map.of()).outcome()).isEqualTo(Outcome.DIVERGED);
    var conflicted = merge(MergeMode.THREE_WAY, Map.of());
    assertThat(conflicted.outcome()).isEqualTo(Outcome.CONFLICTED);
    assertThat(conflicted.conflicts().getFirst().key()).isEqualTo("app/a");
    assertThat(text("new")).isEmpty();
    var merged = merge(MergeMode.THREE_WAY, Map.of("app/a", Side.THEIRS));
    assertThat(merged.keys()).containsExactly("app/a", "new");
    assertThat(text("app/a")).contains("2");
    assertThat(merge(MergeMode.THREE_WAY, Map.of()).outcome()).isEqualTo(Outcome.UP_TO_DATE);

    var reverted =
        store()
            .revert(
                new StoreRequests.Revert(
                    none(), merged.revision().orElseThrow(), new TreeMap<>(), none()));
    assertThat(reverted.outcome()).isEqualTo(Outcome.MERGED);
    assertThat(text("app/a")).contains("3");

    store().deleteBranch("try");
    assertThat(store().branches().branches())
        .extracting(StoreAnswers.Branch::name)
        .containsExactly(Store.PRODUCTION);
    refused(Code.BAD_REQUEST, "'try'", () -> store().deleteBranch("try"));
    refused(Code.BAD_REQUEST, "'production'", () -> store().deleteBranch(Store.PRODUCTION));
  }

  @Test
  void thePlatformsStateIsReadAndNeverWritten() throws IOException {
    agent.end();
    try (var platform = RocksStore.open(agent.home().resolve("store"), InstantSource.system())) {
      platform.commit(written("apps/cv/env", "{\"values\":{}}"));
      platform.fork(Fork.of("staging", Store.PRODUCTION, "ada", ""));
      platform.fork(Fork.of("empty", Store.PRODUCTION, "ada", "").only(new Scope.Prefix("apps/")));
      platform.commit(
          Commit.of(
              "staging",
              "ada",
              "",
              new Commit.Mutation.Put("apps/cv/env", Value.json(utf8("{}")))));
    }
    agent.startAgain();

    assertThat(text("apps/cv/env")).contains("{\"values\":{}}");
    for (var key : List.of("apps/cv/env", "certs/x", "stead/x")) {
      refused(Code.PLATFORM_KEY, "is a key of the platform", () -> put(key, "x"));
      refused(Code.PLATFORM_KEY, key, () -> store().delete(Target.of(key)));
      refused(Code.PLATFORM_KEY, key, () -> commit(List.of(put64("ours", "1"), put64(key, "1"))));
    }
    refused(
        Code.PLATFORM_KEY,
        "'apps/cv/env'",
        () ->
            store()
                .merge(
                    new StoreRequests.Merge(
                        "staging",
                        Store.PRODUCTION,
                        MergeMode.OVERWRITE,
                        new TreeMap<>(),
                        none())));
    refused(
        Code.PLATFORM_KEY,
        "'apps/cv/env'",
        () -> store().revert(new StoreRequests.Revert(none(), 1, new TreeMap<>(), none())));
    refused(Code.PLATFORM_KEY, "state of its own", () -> store().deleteBranch("staging"));
    refused(Code.PLATFORM_KEY, "state of its own", () -> store().deleteBranch("empty"));
    refused(
        Code.PLATFORM_KEY,
        "keys of the platform alone",
        () ->
            store()
                .fork(
                    new StoreRequests.Fork(
                        "x", none(), none(), Optional.of("apps/cv/"), none(), none())));
    assertThat(text("ours")).isEmpty();
  }

  @Test
  void aBackupIsAStoreAsItWasAtItsRevision() throws Exception {
    put("a", "1");
    var tar = elsewhere.resolve("backup.tar");
    try (var answer = store().backup()) {
      assertThat(answer.headers().get("etag")).isEqualTo("\"1\"");
      Files.copy(answer.body(), tar);
    }
    put("a", "2");

    var directory = Files.createDirectory(elsewhere.resolve("copy"));
    var unpacked =
        new ProcessBuilder("tar", "-C", directory.toString(), "-xf", tar.toString()).start();
    assertThat(unpacked.waitFor()).isZero();
    try (var copy = RocksStore.open(directory, InstantSource.system())) {
      assertThat(copy.check()).isEmpty();
      assertThat(copy.head()).isEqualTo(1);
      assertThat(copy.get(Store.PRODUCTION, "a").orElseThrow().value().text()).isEqualTo("1");
    }
    assertThat(agent.home().resolve("store.copy")).doesNotExist();
  }

  @Test
  void whatIsTooLargeIsRefusedByName() throws IOException {
    var large = new byte[(1 << 20) + 1];
    try (var answer = agent.http().send("PUT", "/v1/store/keys/a", large, "text/plain")) {
      assertThat(answer.status()).isEqualTo(413);
      assertThat(Wire.read(answer.bytes(), Problem.class).why())
          .isEqualTo("the body is larger than 1048576 bytes");
    }
    refused(
        Code.BAD_REQUEST,
        "a key has 1025 bytes; it can have 1024",
        () -> put("k".repeat(1_025), "x"));
    store().put(Target.of("a"), "text/plain", new byte[1 << 20]);
    var many = IntStream.range(0, 8).mapToObj(i -> put64("k" + i, "x".repeat(1 << 20))).toList();
    refused(Code.BAD_REQUEST, "bytes in a commit; there can be 8388608", () -> commit(many));
  }

  private StoreClient store() {
    return agent.store();
  }

  private long put(String key, String value) {
    return putOn(Store.PRODUCTION, key, value);
  }

  private long putOn(String branch, String key, String value) {
    try {
      var target = new Target(Optional.of(branch), key, Expected.anything(), Optional.empty());
      return store().put(target, "text/plain", utf8(value)).revision();
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  private StoreAnswers.Committed commit(List<Mutation> changes, Condition... conditions)
      throws IOException {
    return store().commit(new StoreRequests.Commit(none(), none(), changes, List.of(conditions)));
  }

  private StoreAnswers.Merged merge(MergeMode mode, Map<String, Side> sides) throws IOException {
    return store()
        .merge(
            new StoreRequests.Merge("try", Store.PRODUCTION, mode, new TreeMap<>(sides), none()));
  }

  private Optional<String> text(String key) throws IOException {
    return text(key, At.now());
  }

  private Optional<String> text(String key, At at) throws IOException {
    return store().get(at, key).map(value -> new String(value.bytes().array(), UTF_8));
  }

  private interface Request {
    void send() throws IOException;
  }

  private static void refused(Code code, String why, Request request) {
    assertThatThrownBy(request::send)
        .isInstanceOfSatisfying(
            ProblemException.class,
            e -> {
              assertThat(e.problem().code()).isEqualTo(code.id());
              assertThat(e.problem().what() + ": " + e.problem().why()).contains(why);
            });
  }

  private static Commit written(String key, String json) {
    return Commit.of(
        Store.PRODUCTION, "ada", "", new Commit.Mutation.Put(key, Value.json(utf8(json))));
  }

  private static Expected revision(long revision) {
    return Expected.at(new RevisionTag(revision, ""));
  }

  private static Target expecting(String key, Expected expected) {
    return new Target(Optional.empty(), key, expected, Optional.empty());
  }

  private static Mutation put64(String key, String value) {
    return new Mutation(key, Optional.of("text/plain"), Optional.of(buffer(value)));
  }

  private static List<Mutation> twice(String key) {
    return List.of(put64(key, "1"), put64(key, "2"));
  }

  private static Condition key(String key, long revision) {
    return new Condition(Optional.of(key), Optional.of(revision), none());
  }

  private static Condition head(long revision) {
    return new Condition(none(), Optional.of(revision), none());
  }

  private static StoreAnswers.Edit edit(int keep, String delete, String insert) {
    return new StoreAnswers.Edit(
        keep == 0 ? Optional.empty() : Optional.of(keep),
        Optional.of(delete).filter(text -> !text.isEmpty()).map(StoreApiTest::buffer),
        Optional.of(insert).filter(text -> !text.isEmpty()).map(StoreApiTest::buffer));
  }

  private static At at(long revision) {
    return new At(Optional.empty(), Optional.of(Long.toString(revision)));
  }

  private static <T> Optional<T> none() {
    return Optional.empty();
  }

  private static ByteBuffer buffer(String text) {
    return ByteBuffer.wrap(utf8(text));
  }
}
