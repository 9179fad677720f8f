package dev.stead.cli;

import dev.stead.cli.project.Units;
import dev.stead.sdk.Code;
import dev.stead.sdk.Problem;
import dev.stead.sdk.ProblemException;
import dev.stead.sdk.RevisionTag;
import dev.stead.sdk.StoreAnswers;
import dev.stead.sdk.StoreAnswers.Change;
import dev.stead.sdk.StoreAnswers.Difference;
import dev.stead.sdk.StoreClient;
import dev.stead.sdk.StoreClient.Target;
import dev.stead.sdk.StoreRequests.At;
import dev.stead.sdk.StoreRequests.Expected;
import dev.stead.sdk.StoreRequests.Page;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// The commands of `stead store` that are about keys.
final class StoreKeys {
  private final Terminal terminal;
  private final Surroundings at;
  private final StoreClient store;

  StoreKeys(Surroundings at) throws IOException {
    this.at = at;
    this.terminal = at.terminal();
    this.store = at.client().store();
  }

  int get(At point, String key) throws IOException {
    var value =
        store
            .get(point, key)
            .orElseThrow(
                () ->
                    new ProblemException(
                        Problem.of(
                            Code.NO_KEY,
                            "looking for " + key,
                            "there is no key '%s'".formatted(key))));
    var bytes = value.bytes().array();
    terminal.out().write(bytes, 0, bytes.length);
    // A prompt behind it would be read as part of it.
    if (terminal.can(Terminal.Feature.BARS)
        && bytes.length > 0
        && bytes[bytes.length - 1] != '\n') {
      terminal.out().println();
    }
    terminal.out().flush();
    return ExitCode.OK.code();
  }

  /// That a key was last written by a revision of the store as it is now: what people have in hand
  /// is a number, and the store knows in which lineage it counts.
  ///
  /// @param revision 0 = the key is not there
  Expected expected(Optional<String> branch, String key, long revision) throws IOException {
    if (revision == 0) {
      return Expected.absent();
    }
    var found = store.get(new At(branch, Optional.empty()), key).map(StoreAnswers.Value::tag);
    var lineage = found.map(RevisionTag::lineage).orElse("");
    return Expected.at(new RevisionTag(revision, lineage));
  }

  int put(Target target, Optional<String> argument, StoreValue value) throws IOException {
    var bytes = value.read(at, argument);
    var type = value.type(bytes);
    var committed = store.put(target, type, bytes);
    terminal.line(
        "r%d: %s is %s (%s)"
            .formatted(committed.revision(), target.key(), Units.sizeText(bytes.length), type));
    return ExitCode.OK.code();
  }

  int delete(Target target) throws IOException {
    var committed = store.delete(target);
    terminal.line("r%d: %s is deleted".formatted(committed.revision(), target.key()));
    return ExitCode.OK.code();
  }

  int list(At point, String prefix, JsonChoice json) throws IOException {
    var all = new ArrayList<StoreAnswers.Key>();
    var page = Page.first();
    for (var next = Optional.of(""); next.isPresent(); ) {
      var part = store.list(point, prefix, page);
      all.addAll(part.keys());
      next = part.next();
      page = next.map(page::behind).orElse(page);
    }
    if (json.wanted()) {
      terminal.json(new StoreAnswers.Keys(all, Optional.empty()));
      return ExitCode.OK.code();
    }
    var table = new Columns();
    all.forEach(
        key ->
            table.row(
                key.key(), "r" + key.revision(), Units.sizeText(key.bytes()), key.contentType()));
    table.print(terminal);
    return ExitCode.OK.code();
  }

  int history(At point, String prefix, int limit, JsonChoice json) throws IOException {
    return print(store.history(point, prefix, Optional.of(limit)), json);
  }

  int versions(At point, String key, int limit, JsonChoice json) throws IOException {
    return print(store.versions(point, key, Optional.of(limit)), json);
  }

  private int print(StoreAnswers.History history, JsonChoice json) {
    if (json.wanted()) {
      terminal.json(history);
      return ExitCode.OK.code();
    }
    var table = new Columns();
    history.changes().forEach(change -> table.row(cells(change).toArray(String[]::new)));
    table.print(terminal);
    return ExitCode.OK.code();
  }

  private static List<String> cells(Change change) {
    var cells = new ArrayList<String>();
    cells.add("r" + change.revision());
    cells.add(When.text(change.at()));
    cells.add(change.key());
    cells.add(change.value().map(StoreKeys::size).orElse("deleted"));
    cells.add(change.author());
    cells.add(change.message().lines().findFirst().orElse(""));
    cells.add(change.toFormer().map(StoreKeys::text).orElse(""));
    return cells;
  }

  /// What turns a value into the one before, in short: `before: …`.
  private static String text(StoreAnswers.Patch toFormer) {
    return switch (toFormer) {
      case StoreAnswers.Removal() -> "new";
      case StoreAnswers.Whole whole -> "before: " + whole.contentType();
      case StoreAnswers.Document(String operations) -> "before: " + operations;
      case StoreAnswers.Bytes(List<StoreAnswers.Edit> edits) -> "before: " + edits(edits);
    };
  }

  private static String edits(List<StoreAnswers.Edit> edits) {
    var text = new StringBuilder();
    for (var edit : edits) {
      edit.keep().ifPresent(count -> text.append("…%d…".formatted(count)));
      edit.delete().ifPresent(bytes -> text.append("[-%s-]".formatted(shown(bytes))));
      edit.insert().ifPresent(bytes -> text.append("{+%s+}".formatted(shown(bytes))));
    }
    return text.toString();
  }

  private static String shown(ByteBuffer bytes) {
    return StandardCharsets.UTF_8
        .decode(bytes.duplicate())
        .toString()
        .replaceAll("\\p{Cntrl}", "·");
  }

  int diff(At left, At right, String prefix, JsonChoice json) throws IOException {
    var all = new ArrayList<Difference>();
    var page = Page.first();
    for (var next = Optional.of(""); next.isPresent(); ) {
      var part = store.diff(left, right, prefix, page);
      all.addAll(part.differences());
      next = part.next();
      page = next.map(page::behind).orElse(page);
    }
    if (json.wanted()) {
      terminal.json(new StoreAnswers.Differences(all, Optional.empty()));
      return ExitCode.OK.code();
    }
    var table = new Columns();
    all.forEach(
        one ->
            table.row(
                one.key(),
                one.left().map(StoreKeys::shown).orElse("-"),
                "→",
                one.right().map(StoreKeys::shown).orElse("-")));
    table.print(terminal);
    return ExitCode.OK.code();
  }

  private static String shown(StoreAnswers.Key key) {
    return "r%d (%s)".formatted(key.revision(), size(key));
  }

  private static String size(StoreAnswers.Key key) {
    return Units.sizeText(key.bytes());
  }
}
