package dev.stead.cli;

import dev.stead.sdk.StoreAnswers;
import dev.stead.sdk.StoreAnswers.Seen;
import dev.stead.sdk.StoreClient;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/// `stead store watch`: prints commits until Ctrl-C. A connection that is lost is taken up again
/// for 30 s, behind what was printed last.
final class StoreWatch implements StoreClient.Watcher {
  private static final Duration REATTACH = Duration.ofSeconds(30);
  private static final Duration BETWEEN_TRIES = Duration.ofMillis(300);

  private final Surroundings surroundings;
  private final Terminal terminal;
  private final JsonChoice json;
  private Optional<String> place = Optional.empty();
  private boolean heard;
  private @Nullable Instant lostSince;

  StoreWatch(Surroundings at, JsonChoice json) {
    this.surroundings = at;
    this.terminal = at.terminal();
    this.json = json;
  }

  /// Watches until the connection is lost for good, which is an exception.
  int run(Optional<String> branch, String prefix, OptionalLong after) throws IOException {
    while (true) {
      try {
        var watching = new StoreClient.Watching(branch, prefix, after, place);
        surroundings.client().store().watch(watching, this);
      } catch (IOException e) {
        refuseLate(e);
      }
    }
  }

  @Override
  public void at(String stands) {
    place = Optional.of(stands);
    heard = true;
    lostSince = null;
  }

  @Override
  public void seen(Seen seen) {
    if (json.wanted()) {
      terminal.json(seen);
      return;
    }
    switch (seen) {
      case StoreAnswers.Commit commit -> {
        terminal.line(
            "r%d  %s  %s  %s"
                .formatted(
                    commit.revision(),
                    When.text(commit.at()),
                    commit.author(),
                    commit.message().lines().findFirst().orElse("")));
        commit
            .changes()
            .forEach(
                change ->
                    terminal.line(
                        "  " + change.key() + (change.value().isPresent() ? "" : " (deleted)")));
      }
      case StoreAnswers.Compacted(long revision) ->
          terminal.line(
              "some commits up to r%d are compacted: what they left is read with --at rev:%d"
                  .formatted(revision, revision));
    }
  }

  private void refuseLate(IOException lost) throws IOException {
    var now = surroundings.clock().instant();
    var since = lostSince == null ? now : lostSince;
    // Where nothing was ever heard there is no connection that was lost.
    if (!heard || since.plus(REATTACH).isBefore(now)) {
      throw lost;
    }
    lostSince = since;
    LockSupport.parkNanos(BETWEEN_TRIES.toNanos());
  }
}
