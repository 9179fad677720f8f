package dev.stead.agent.api;

import dev.stead.agent.api.RequestBody.TooLargeException;
import dev.stead.agent.crush.Crush;
import dev.stead.agent.crush.Crush.Outcome;
import dev.stead.agent.crush.Item;
import dev.stead.sdk.ProblemException;
import dev.stead.sdk.RevisionTag;
import dev.stead.sdk.StoreRequests.Expected;
import dev.stead.sdk.Wire;
import dev.stead.store.CompactedException;
import dev.stead.store.Limits;
import dev.stead.store.Value;
import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/// The routes of crush's API:
///
/// ```
/// GET    /keys?prefix=P&fork=F&after=FORK:KEY&limit=N   ["default:a", …]
/// GET    /KEY[/FORK]?revisions=N|all&patch=true&at=…    [value, [revisions]]; [] where there is none
/// GET    /KEY[/FORK]/info                               {"key":"KEY","revision_count":N}
/// PUT    /KEY[/FORK]                                    {"status":"ok"}; the body is the value
/// DELETE /KEY[/FORK]                                    {"status":"ok"}
/// POST   /KEY/FORK/fork/TARGET                          {"status":"ok"}, or 404 not_found
/// POST   /KEY/FORK/merge/TARGET                         …, or 404 source_not_found, target_not_found
/// ```
///
/// Values are in base64. A revision is the value itself with `patch=true`, and without it a patch
/// that turns the newer value into this one: `[["eq", …], ["del", …], ["ins", …]]`; newest first,
/// and `null` for one where the key was deleted. The ETag is that of the store's API.
final class CrushRoutes {
  private static final Logger LOG = System.getLogger(CrushRoutes.class.getName());
  private static final String JSON = "application/json";
  private static final Pattern LOCAL = Pattern.compile("(localhost|127\\.0\\.0\\.1)(:[0-9]+)?");

  private final Crush crush;

  CrushRoutes(Crush crush) {
    this.crush = crush;
  }

  void serve(Exchange exchange) throws IOException {
    if (!isLocal(exchange)) {
      refuse(exchange, 403, "forbidden");
      return;
    }
    var path =
        Arrays.stream(exchange.path().substring(1).split("/", -1)).map(Escapes::decoded).toList();
    switch (exchange.method()) {
      case "GET" -> get(exchange, path);
      case "PUT" -> put(exchange, path);
      case "DELETE" -> delete(exchange, path);
      case "POST" -> post(exchange, path);
      default -> refuse(exchange, 405, "method_not_allowed");
    }
  }

  /// Ends an exchange that failed.
  static void failed(Exchange exchange, Throwable failure) {
    if (exchange.clientLeft()) {
      LOG.log(Level.DEBUG, () -> "crush " + exchange + ": the client left", failure);
      return;
    }
    try {
      switch (failure) {
        case TooLargeException _ -> refuse(exchange, 413, "too_large");
        case CompactedException _ -> refuse(exchange, 410, "compacted");
        case ProblemException _ -> refuse(exchange, 503, "busy");
        case IllegalArgumentException e -> refuse(exchange, 400, String.valueOf(e.getMessage()));
        default -> {
          LOG.log(Level.ERROR, "crush " + exchange + " failed", failure);
          refuse(exchange, 500, "internal");
        }
      }
    } catch (IOException e) {
      LOG.log(Level.DEBUG, () -> "crush " + exchange + ": the client left before its answer", e);
    }
  }

  /// Whether no web page of another site asks: a browser here would send what it is told to.
  private static boolean isLocal(Exchange exchange) {
    return exchange.header("Origin").isEmpty()
        && exchange.header("Host").filter(host -> LOCAL.matcher(host).matches()).isPresent();
  }

  private void get(Exchange exchange, List<String> path) throws IOException {
    if (path.equals(List.of("keys"))) {
      keys(exchange);
    } else if (path.size() == 2 && path.getLast().equals("info")) {
      info(exchange, Item.of(path.getFirst()));
    } else if (path.size() == 3 && path.getLast().equals("info")) {
      info(exchange, new Item(path.getFirst(), path.get(1)));
    } else if (isItem(path)) {
      value(exchange, item(path));
    } else {
      refuse(exchange, 404, "not_found");
    }
  }

  private void keys(Exchange exchange) throws IOException {
    var query = exchange.query();
    var prefix = query.text("prefix");
    var fork =
        query
            .text("fork")
            .or(() -> prefix.isPresent() ? Optional.of(Item.DEFAULT_FORK) : Optional.empty());
    var after = query.text("after").map(CrushRoutes::named);
    var limit = query.number("limit").orElse(Crush.KEYS_MAX);
    if (limit < 1 || limit > Crush.KEYS_MAX) {
      throw new IllegalArgumentException("limit can be 1 … " + Crush.KEYS_MAX);
    }
    var names =
        crush.list(fork, prefix.orElse(""), after, limit).stream()
            .map(item -> string(item.toString()))
            .toList();
    answer(exchange, array(names));
  }

  private void info(Exchange exchange, Item item) throws IOException {
    var revision = crush.revision(exchange.query().text("at"));
    if (crush.get(item, revision).isEmpty()) {
      refuse(exchange, 404, "not_found");
      return;
    }
    answer(
        exchange,
        "{\"key\":%s,\"revision_count\":%d}"
            .formatted(string(item.key()), crush.count(item, revision)));
  }

  private void value(Exchange exchange, Item item) throws IOException {
    var query = exchange.query();
    var wanted = revisions(query);
    var revision = crush.revision(query.text("at"));
    var found = crush.get(item, revision);
    if (found.isEmpty()) {
      answer(exchange, "[]");
      return;
    }
    var entry = found.orElseThrow();
    var tag = new RevisionTag(entry.revision(), crush.lineage());
    exchange.with("ETag", tag.etag());
    if (Preconditions.has(exchange, tag)) {
      exchange.notModified();
      return;
    }
    var told = wanted == 0 ? List.<Optional<Value>>of() : crush.former(item, revision, wanted);
    var revisions =
        query.flag("patch")
            ? told.stream().map(CrushPatch::value).toList()
            : patches(entry.value(), told);
    answer(exchange, array(List.of(CrushPatch.base64(entry.value().bytes()), array(revisions))));
  }

  private static List<String> patches(Value newest, List<Optional<Value>> former) {
    var patches = new ArrayList<String>();
    var newer = Optional.of(newest);
    for (var older : former) {
      patches.add(CrushPatch.between(newer, older));
      newer = older;
    }
    return patches;
  }

  private static int revisions(Query query) {
    var all = query.text("revisions").filter("all"::equals).isPresent();
    return all ? Crush.REVISIONS_MAX : query.number("revisions").orElse(0);
  }

  private void put(Exchange exchange, List<String> path) throws IOException {
    if (!isItem(path)) {
      refuse(exchange, 404, "not_found");
      return;
    }
    var value = exchange.bytes(Limits.VALUE_BYTES_MAX);
    var expected = Preconditions.of(exchange);
    answer(
        exchange,
        isOutlived(expected)
            ? Outcome.CONFLICT
            : crush.put(item(path), value, expected.tag().map(RevisionTag::revision)),
        "not_found");
  }

  private void delete(Exchange exchange, List<String> path) throws IOException {
    if (!isItem(path)) {
      refuse(exchange, 404, "not_found");
      return;
    }
    var expected = Preconditions.of(exchange);
    answer(
        exchange,
        isOutlived(expected)
            ? Outcome.CONFLICT
            : crush.delete(item(path), expected.tag().map(RevisionTag::revision)),
        "not_found");
  }

  /// Whether it was counted in a store that a backup has replaced since.
  private boolean isOutlived(Expected expected) {
    return expected.tag().filter(tag -> !tag.isOf(crush.lineage())).isPresent();
  }

  private void post(Exchange exchange, List<String> path) throws IOException {
    if (path.size() != 4) {
      refuse(exchange, 404, "not_found");
      return;
    }
    var source = new Item(path.getFirst(), path.get(1));
    var target = new Item(path.getFirst(), path.getLast());
    switch (path.get(2)) {
      case "fork" -> answer(exchange, crush.fork(source, target), "not_found");
      case "merge" -> answer(exchange, crush.merge(source, target), "source_not_found");
      default -> refuse(exchange, 404, "not_found");
    }
  }

  private static void answer(Exchange exchange, Outcome outcome, String noSource)
      throws IOException {
    switch (outcome) {
      case DONE -> answer(exchange, "{\"status\":\"ok\"}");
      case SOURCE_NOT_FOUND -> refuse(exchange, 404, noSource);
      case TARGET_NOT_FOUND -> refuse(exchange, 404, "target_not_found");
      case CONFLICT -> refuse(exchange, 412, "conflict");
    }
  }

  private static void refuse(Exchange exchange, int status, String error) throws IOException {
    answer(exchange.status(status), "{\"status\":\"error\",\"error\":%s}".formatted(string(error)));
  }

  private static void answer(Exchange exchange, String json) throws IOException {
    exchange.answer(JSON, json.getBytes(StandardCharsets.UTF_8));
  }

  private static boolean isItem(List<String> path) {
    return (path.size() == 1 || path.size() == 2) && path.stream().noneMatch(String::isEmpty);
  }

  private static Item item(List<String> path) {
    return path.size() == 1 ? Item.of(path.getFirst()) : new Item(path.getFirst(), path.getLast());
  }

  /// An item as lists name it: `fork:key`.
  private static Item named(String name) {
    var split = name.indexOf(':');
    if (split < 0) {
      throw new IllegalArgumentException("after must be FORK:KEY");
    }
    return new Item(name.substring(split + 1), name.substring(0, split));
  }

  private static String string(String text) {
    return new String(Wire.write(text), StandardCharsets.UTF_8);
  }

  private static String array(List<String> items) {
    return "[" + String.join(",", items) + "]";
  }
}
