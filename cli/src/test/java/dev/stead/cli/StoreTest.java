package dev.stead.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.stead.cli.Terminal.Feature;
import dev.stead.sdk.StoreAnswers;
import dev.stead.sdk.StoreAnswers.Content;
import dev.stead.sdk.StoreAnswers.KeyConflict;
import dev.stead.sdk.StoreAnswers.Outcome;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class StoreTest {
  private static final Instant AT = Instant.parse("2026-01-31T14:30:00Z");

  @TempDir Path home;
  @TempDir Path directory;
  private TestAgent agent;

  @BeforeEach
  void start() throws IOException {
    agent = TestAgent.in(home);
  }

  @AfterEach
  void stop() throws IOException {
    agent.close();
  }

  @Test
  void aValueComesFromAnArgumentAFileOrStandardInput() throws IOException {
    agent.on("PUT /v1/store/keys/a%2Fb", new StoreAnswers.Committed(7, Optional.empty()));
    Files.writeString(directory.resolve("doc"), "{\"x\":1}");

    var argument = call().run("store", "put", "a/b", "hello", "-m", "why", "-b", "try");
    assertThat(argument.out()).isEqualTo("r7: a/b is 5 B (text/plain; charset=utf-8)\n");
    assertThat(agent.asked().getFirst().text()).isEqualTo("hello");
    assertThat(agent.asked().getFirst().target()).contains("message=why").contains("branch=try");

    assertThat(call().run("store", "put", "a/b", "--file", "doc").out())
        .contains("(application/json)");
    assertThat(call().typing("piped\n").run("store", "put", "a/b").exit()).isZero();
    assertThat(agent.asked().getLast().text()).isEqualTo("piped\n");
    assertThat(call().run("store", "put", "a/b", "x", "--file", "doc").exit()).isEqualTo(2);
  }

  @Test
  void aValueGoesToStandardOutputAsItIs() {
    agent.on(
        "GET /v1/store/keys/a",
        (_, exchange) ->
            exchange
                .out()
                .write(
                    "HTTP/1.1 200 X\r\nETag: \"7\"\r\nContent-Length: 3\r\n\r\n1\n2"
                        .getBytes(UTF_8)));

    assertThat(call().run("store", "get", "a", "--at", "rev:9").out()).isEqualTo("1\n2");
    assertThat(agent.asked().getFirst().target()).isEqualTo("GET /v1/store/keys/a?at=9");
    assertThat(call().with(Feature.BARS).run("store", "get", "a").out()).isEqualTo("1\n2\n");
    assertThat(call().run("store", "get", "a", "--at", "soon").exit()).isEqualTo(2);
  }

  @Test
  void anExpectedRevisionIsOneOfTheStoreAsItIsNow() {
    agent.on(
        "GET /v1/store/keys/a",
        (_, exchange) ->
            exchange
                .out()
                .write(
                    "HTTP/1.1 200 X\r\nETag: \"9-0f1e\"\r\nContent-Length: 1\r\n\r\n1"
                        .getBytes(UTF_8)));
    agent.on("PUT /v1/store/keys/a", new StoreAnswers.Committed(10, Optional.of("0f1e")));

    assertThat(call().run("store", "put", "a", "2", "--if-revision", "7").out()).startsWith("r10:");
    assertThat(agent.asked().getLast().header("if-match")).isEqualTo("\"7-0f1e\"");
    assertThat(call().run("store", "put", "a", "2", "--if-revision", "0").exit()).isZero();
    assertThat(agent.asked().getLast().header("if-none-match")).isEqualTo("*");
  }

  @Test
  void aListIsReadPageByPage() {
    agent.on(
        "GET /v1/store/keys",
        (asked, exchange) ->
            exchange.json(
                200,
                asked.target().contains("after=a")
                    ? new StoreAnswers.Keys(List.of(key("b", 12)), Optional.empty())
                    : new StoreAnswers.Keys(List.of(key("a", 3)), Optional.of("a"))));

    assertThat(call().run("store", "list").out())
        .isEqualTo("a  r3   1 B  text/plain\nb  r12  1 B  text/plain\n");
    assertThat(call().run("store", "list", "--json").out()).contains("\"key\":\"b\"");
  }

  @Test
  void aHistoryShowsWhatWasBefore() {
    var change =
        new StoreAnswers.Change(
            "a",
            3,
            AT,
            "ada@laptop",
            "why",
            Optional.of(key("a", 3)),
            Optional.of(new StoreAnswers.Document("[{\"op\":\"remove\",\"path\":\"/x\"}]")));
    agent.on("GET /v1/store/history", new StoreAnswers.History(List.of(change), Optional.empty()));

    assertThat(call().run("store", "history", "a").out())
        .contains("r3  ")
        .contains("a  1 B  ada@laptop  why  before: [{\"op\":\"remove\",\"path\":\"/x\"}]");
  }

  @Test
  void aConflictIsShownAndEndsWithOne() {
    var conflict =
        new KeyConflict(
            "doc",
            List.of("/a"),
            Optional.empty(),
            Optional.of(new Content("application/json", 7)),
            Optional.empty());
    agent.on(
        "POST /v1/store/merges",
        new StoreAnswers.Merged(
            Outcome.CONFLICTED, Optional.empty(), List.of(), Optional.empty(), List.of(conflict)));

    var call = call().run("store", "merge", "try", "--ours", "a", "--theirs", "b");
    assertThat(call.exit()).isEqualTo(1);
    assertThat(call.err())
        .contains("doc /a  ours: 7 bytes of application/json, theirs: deleted")
        .contains("--ours KEY or --theirs KEY");
    assertThat(agent.asked().getFirst().text())
        .contains("\"mode\":\"THREE_WAY\"")
        .contains("\"a\":\"OURS\"")
        .contains("\"b\":\"THEIRS\"");
    assertThat(call().run("store", "merge", "try", "--ours", "a", "--theirs", "a").exit())
        .isEqualTo(2);
  }

  @Test
  void whatIsNotSoundEndsWithOne() {
    agent.on("GET /v1/store/check", new StoreAnswers.Check(7, List.of("entry without a commit")));

    var call = call().run("store", "check");
    assertThat(call.exit()).isEqualTo(1);
    assertThat(call.out()).contains("entry without a commit").contains("stead store restore");
  }

  @Test
  void aStoreIsReplacedOnlyWhenSomebodySaidSo() throws IOException {
    Files.writeString(directory.resolve("backup.tar"), "an archive");

    var call = call().run("store", "restore", "backup.tar");
    assertThat(call.exit()).isEqualTo(1);
    assertThat(call.err()).contains("restoring the store of this machine", "C-NOT-CONFIRMED");
    assertThat(call().run("store", "restore", "backup.tar", "--confirm", "store").err())
        .contains("this stead is not part of a distribution");
    assertThat(
            call()
                .with(Feature.PROMPTS)
                .typing("store\n")
                .run("store", "restore", "backup.tar")
                .err())
        .contains("this stead is not part of a distribution");
  }

  private static StoreAnswers.Key key(String name, long revision) {
    return new StoreAnswers.Key(name, revision, "text/plain", 1);
  }

  private Call call() {
    return new Call(home, directory);
  }
}
