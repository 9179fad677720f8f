package dev.stead.cli;

import dev.stead.sdk.StoreAnswers;
import dev.stead.sdk.StoreAnswers.Branch;
import dev.stead.sdk.StoreAnswers.Content;
import dev.stead.sdk.StoreAnswers.KeyConflict;
import dev.stead.sdk.StoreClient;
import dev.stead.sdk.StoreRequests;
import dev.stead.sdk.StoreRequests.Side;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/// The commands of `stead store` that are about branches.
final class StoreBranches {
  private final Terminal terminal;
  private final StoreClient store;

  StoreBranches(Surroundings at) throws IOException {
    this.terminal = at.terminal();
    this.store = at.client().store();
  }

  /// Which side is kept of which key.
  static SortedMap<String, Side> sides(List<String> ours, List<String> theirs) {
    var sides = new TreeMap<String, Side>();
    ours.forEach(key -> sides.put(key, Side.OURS));
    for (var key : theirs) {
      if (sides.put(key, Side.THEIRS) != null) {
        throw Assignment.wrong(
            "%s is named twice".formatted(key), "Name a key with --ours or --theirs, not both.");
      }
    }
    return sides;
  }

  int list(JsonChoice json) throws IOException {
    var answer = store.branches();
    if (json.wanted()) {
      terminal.json(answer);
      return ExitCode.OK.code();
    }
    var table = new Columns();
    answer
        .branches()
        .forEach(
            branch ->
                table.row(
                    branch.name(),
                    "r" + branch.head(),
                    origin(branch),
                    branch.author(),
                    branch.message()));
    table.print(terminal);
    return ExitCode.OK.code();
  }

  int delete(String name) throws IOException {
    store.deleteBranch(name);
    terminal.line("branch %s is deleted".formatted(name));
    return ExitCode.OK.code();
  }

  int fork(StoreRequests.Fork request, JsonChoice json) throws IOException {
    var branch = store.fork(request);
    if (json.wanted()) {
      terminal.json(branch);
    } else {
      terminal.line("branch %s: %s".formatted(branch.name(), origin(branch)));
    }
    return ExitCode.OK.code();
  }

  private static String origin(Branch branch) {
    if (branch.parent().isEmpty()) {
      return "the first";
    }
    var of =
        branch
            .key()
            .map(key -> " of " + key)
            .or(() -> branch.prefix().map(prefix -> " of " + prefix + "…"))
            .orElse("");
    return "fork%s at r%d of %s"
        .formatted(of, branch.forkedAt().orElse(0L), branch.parent().orElseThrow());
  }

  int merge(StoreRequests.Merge request, JsonChoice json) throws IOException {
    return print(store.merge(request), request.target(), json);
  }

  int revert(StoreRequests.Revert request, JsonChoice json) throws IOException {
    return print(store.revert(request), request.branch().orElse("production"), json);
  }

  private int print(StoreAnswers.Merged merged, String target, JsonChoice json) {
    if (json.wanted()) {
      terminal.json(merged);
    } else {
      print(merged, target);
    }
    return switch (merged.outcome()) {
      case MERGED, UP_TO_DATE -> ExitCode.OK.code();
      case DIVERGED, CONFLICTED -> ExitCode.FAILED.code();
    };
  }

  private void print(StoreAnswers.Merged merged, String target) {
    switch (merged.outcome()) {
      case MERGED -> {
        terminal.line("r%d on %s changed:".formatted(merged.revision().orElse(0L), target));
        merged.keys().forEach(key -> terminal.line("  " + key));
      }
      case UP_TO_DATE -> terminal.line(target + " has it all: nothing was written");
      case DIVERGED ->
          terminal.error(
              "%s changed since both were the same%s: nothing was written"
                  .formatted(
                      target,
                      merged
                          .base()
                          .map(base -> " (r%d of %s)".formatted(base.revision(), base.branch()))
                          .orElse("")));
      case CONFLICTED -> {
        terminal.error("changed on both sides, so nothing was written:");
        merged.conflicts().forEach(conflict -> terminal.error("  " + text(conflict)));
        terminal.error("Choose a side for each: --ours KEY or --theirs KEY.");
      }
    }
  }

  private static String text(KeyConflict conflict) {
    var paths = conflict.paths().stream().filter(path -> !path.isEmpty()).toList();
    return "%s%s  ours: %s, theirs: %s"
        .formatted(
            conflict.key(),
            paths.isEmpty() ? "" : " " + String.join(" ", paths),
            text(conflict.ours()),
            text(conflict.theirs()));
  }

  private static String text(Optional<Content> content) {
    return content
        .map(value -> "%d bytes of %s".formatted(value.bytes(), value.contentType()))
        .orElse("deleted");
  }
}
