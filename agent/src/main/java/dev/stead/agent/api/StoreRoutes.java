package dev.stead.agent.api;

import dev.stead.agent.keyspace.Keyspace;
import dev.stead.agent.keyspace.StoreCopy;
import dev.stead.sdk.Code;
import dev.stead.sdk.Problem;
import dev.stead.sdk.ProblemException;
import dev.stead.sdk.RevisionTag;
import dev.stead.sdk.StoreAnswers;
import dev.stead.sdk.StoreClient.Target;
import dev.stead.sdk.StoreRequests;
import dev.stead.sdk.StoreRequests.At;
import dev.stead.sdk.StoreRequests.Page;
import dev.stead.store.Limits;
import dev.stead.store.Value;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Semaphore;
import java.util.function.Function;

/// The part of the routing table that is about the store. For operators alone: what it shows is the
/// platform's state as well.
final class StoreRoutes {
  /// A commit of the store's largest size in JSON: its values in base64, and a rest for the names.
  static final int COMMIT_JSON_BYTES_MAX = Limits.COMMIT_BYTES_MAX / 3 * 4 + (4 << 20);

  /// Most watches at once: each keeps one of the places that all requests share.
  static final int WATCHES_MAX = 64;

  /// A watch of which nothing was heard for so long says that it is alive.
  static final Duration SILENCE_MAX = Duration.ofSeconds(15);

  private final Keyspace keyspace;
  private final StoreCopy copy;
  private final Function<Exchange, String> author;

  private final Semaphore watches = new Semaphore(WATCHES_MAX);

  StoreRoutes(Keyspace keyspace, StoreCopy copy, Function<Exchange, String> author) {
    this.keyspace = keyspace;
    this.copy = copy;
    this.author = author;
  }

  List<Route> table() {
    return List.of(
        Route.of("GET", "/v1/store/branches", e -> e.answer(keyspace.branches())),
        Route.of("POST", "/v1/store/branches", this::fork),
        Route.of("DELETE", "/v1/store/branches/{branch…}", this::deleteBranch),
        Route.of("GET", "/v1/store/keys", this::list),
        Route.of("GET", "/v1/store/keys/{key…}", this::get),
        Route.of("PUT", "/v1/store/keys/{key…}", this::put),
        Route.of("DELETE", "/v1/store/keys/{key…}", this::delete),
        Route.of("POST", "/v1/store/commits", this::commit),
        Route.of("GET", "/v1/store/history", this::history),
        Route.of("GET", "/v1/store/diff", this::diff),
        Route.of("POST", "/v1/store/merges", this::merge),
        Route.of("POST", "/v1/store/reverts", this::revert),
        Route.of("GET", "/v1/store/watch", this::watch),
        Route.of("GET", "/v1/store/backup", this::backup),
        Route.of("GET", "/v1/store/check", e -> e.answer(keyspace.check())));
  }

  private void fork(Exchange exchange) throws IOException {
    var request = exchange.json(StoreRequests.Fork.class);
    exchange.answer(keyspace.fork(request, author.apply(exchange)));
  }

  private void deleteBranch(Exchange exchange) throws IOException {
    keyspace.deleteBranch(exchange.name("branch"));
    exchange.done();
  }

  private void list(Exchange exchange) throws IOException {
    var query = exchange.query();
    exchange.answer(keyspace.list(at(query), prefix(query), page(query)));
  }

  private void get(Exchange exchange) throws IOException {
    var entry = keyspace.get(at(exchange.query()), exchange.name("key"));
    var tag = keyspace.tag(entry.revision());
    exchange.with("ETag", tag.etag());
    if (Preconditions.has(exchange, tag)) {
      exchange.notModified();
    } else {
      exchange.answer(entry.value().contentType(), entry.value().bytes());
    }
  }

  private void put(Exchange exchange) throws IOException {
    answer(exchange, keyspace.put(target(exchange), value(exchange), author.apply(exchange)));
  }

  private void delete(Exchange exchange) throws IOException {
    answer(exchange, keyspace.delete(target(exchange), author.apply(exchange)));
  }

  private void commit(Exchange exchange) throws IOException {
    var request = exchange.json(StoreRequests.Commit.class, COMMIT_JSON_BYTES_MAX);
    answer(exchange, keyspace.commit(request, author.apply(exchange)));
  }

  private void history(Exchange exchange) throws IOException {
    var query = exchange.query();
    var limit = query.number("limit");
    var key = query.text("key");
    exchange.answer(
        key.isPresent()
            ? keyspace.versions(at(query), key.orElseThrow(), limit)
            : keyspace.history(at(query), prefix(query), limit));
  }

  private void diff(Exchange exchange) throws IOException {
    var query = exchange.query();
    var left = new At(query.text("left"), query.text("left-at"));
    var right = new At(query.text("right"), query.text("right-at"));
    exchange.answer(keyspace.diff(left, right, prefix(query), page(query)));
  }

  private void merge(Exchange exchange) throws IOException {
    var request = exchange.json(StoreRequests.Merge.class);
    exchange.answer(keyspace.merge(request, author.apply(exchange)));
  }

  private void revert(Exchange exchange) throws IOException {
    var request = exchange.json(StoreRequests.Revert.class);
    exchange.answer(keyspace.revert(request, author.apply(exchange)));
  }

  private void watch(Exchange exchange) throws IOException, InterruptedException {
    if (!watches.tryAcquire()) {
      var why = "%d watches are open, which is the most at once".formatted(WATCHES_MAX);
      throw new ProblemException(Problem.of(Code.BUSY, exchange.toString(), why));
    }
    try {
      follow(exchange);
    } finally {
      watches.release();
    }
  }

  private void follow(Exchange exchange) throws IOException, InterruptedException {
    var query = exchange.query();
    var last = exchange.header("Last-Event-ID").map(id -> keyspace.revision(RevisionTag.of(id)));
    var after = last.or(() -> query.revision("after")).orElseGet(keyspace::head);
    try (var watch = keyspace.watch(query.text("branch"), prefix(query), after)) {
      var events = new ServerSentEvents(exchange);
      events.place(keyspace.tag(after));
      while (!exchange.clientLeft()) {
        var seen = watch.next(SILENCE_MAX);
        if (seen.isPresent()) {
          var place = keyspace.tag(seen.orElseThrow().revision());
          events.event(place, Keyspace.seen(seen.orElseThrow()));
        } else {
          events.alive();
        }
      }
    }
  }

  private void backup(Exchange exchange) throws IOException {
    copy.send(
        revision ->
            exchange.with("ETag", keyspace.tag(revision).etag()).stream("application/x-tar"));
  }

  static void answer(Exchange exchange, StoreAnswers.Committed committed) throws IOException {
    exchange.with("ETag", committed.tag().etag()).answer(committed);
  }

  /// What a put writes: the body.
  static Value value(Exchange exchange) throws IOException {
    var contentType = exchange.header("Content-Type").orElse(Keyspace.DEFAULT_CONTENT_TYPE);
    return new Value(contentType, exchange.bytes(Limits.VALUE_BYTES_MAX));
  }

  static Target target(Exchange exchange) {
    var query = exchange.query();
    return new Target(
        query.text("branch"),
        exchange.name("key"),
        Preconditions.of(exchange),
        query.text("message"));
  }

  private static At at(Query query) {
    return new At(query.text("branch"), query.text("at"));
  }

  private static String prefix(Query query) {
    return query.text("prefix").orElse("");
  }

  private static Page page(Query query) {
    return new Page(query.text("after"), query.number("limit"));
  }
}
