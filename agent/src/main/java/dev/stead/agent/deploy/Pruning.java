package dev.stead.agent.deploy;

import dev.stead.agent.bundle.Bundles;
import dev.stead.agent.deploy.Records.Versioned;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicBoolean;

/// Deletes the files of old releases, within a budget. What is live, what was live before it, what
/// a rollback would go to, what old pages may still ask for, and volumes are never touched; the
/// releases' records stay in the store.
final class Pruning {
  /// Most logs of operations that are kept, over all apps.
  static final int OPERATIONS_MAX = 1_000;

  private final Records records;
  private final Bundles bundles;
  private final AssetBridge bridge;
  private final Path operations;
  private final Budget budget;
  private final AtomicBoolean collected = new AtomicBoolean();

  Pruning(Records records, Bundles bundles, AssetBridge bridge, Path operations, Budget budget) {
    this.records = records;
    this.bundles = bundles;
    this.bridge = bridge;
    this.operations = operations;
    this.budget = budget;
  }

  /// How much is kept.
  ///
  /// @param releasesMin kept of every app whatever they weigh
  /// @param releasesMax kept of every app at most
  /// @param bytes that the releases of all apps may weigh together
  record Budget(int releasesMin, int releasesMax, long bytes) {
    /// 20 % of the disk that the home lies on.
    static Budget of(Path home) {
      try {
        return new Budget(3, 50, Files.getFileStore(home).getTotalSpace() / 5);
      } catch (IOException e) {
        throw new UncheckedIOException("cannot tell how large the disk of " + home + " is", e);
      }
    }
  }

  /// Deletes the files of an app's releases that exceed the budget, oldest first.
  ///
  /// @return the releases whose files are gone now
  List<String> prune(String app) {
    var kept = new ArrayList<>(kept(app));
    var safe = safe(app, kept);
    var removed = new ArrayList<String>();
    for (int number : List.copyOf(kept)) {
      var tooMany = kept.size() > budget.releasesMax();
      if (!tooMany && (kept.size() <= budget.releasesMin() || !overweight())) {
        break;
      }
      if (!safe.contains(number)) {
        bundles.remove(app, number);
        kept.remove(Integer.valueOf(number));
        removed.add("v" + number);
      }
    }
    if (!removed.isEmpty() || collected.compareAndSet(false, true)) {
      bundles.keepOnly(needed());
    }
    pruneOperations();
    return removed;
  }

  private boolean overweight() {
    return bundles.usage().releases() > budget.bytes();
  }

  /// The releases whose files are there, oldest first.
  List<Integer> kept(String app) {
    return records.releases(app).stream()
        .map(Release::number)
        .filter(number -> Files.isDirectory(bundles.directory(app, number)))
        .toList();
  }

  /// The release that a rollback without a number goes to: the one that was live before, but never
  /// forward to one that was itself rolled back; then the newest before that was live and is kept.
  Optional<Integer> former(String app, Live live) {
    var kept = kept(app);
    var before = live.previous().filter(number -> number < live.release() && kept.contains(number));
    return before.or(
        () ->
            kept.reversed().stream()
                .filter(number -> number < live.release())
                .filter(
                    number -> records.standing(app, number).flatMap(Standing::scale).isPresent())
                .findFirst());
  }

  private Set<Integer> safe(String app, List<Integer> kept) {
    var safe =
        new HashSet<>(kept.subList(Math.max(0, kept.size() - budget.releasesMin()), kept.size()));
    records
        .live(app)
        .map(Versioned::value)
        .ifPresent(
            live -> {
              safe.add(live.release());
              live.previous().ifPresent(safe::add);
              live.canary().map(Canary::release).ifPresent(safe::add);
              former(app, live).ifPresent(safe::add);
              bridge.of(app).forEach(former -> safe.add(former.release()));
            });
    return safe;
  }

  /// The bundles of every release that has files, or is about to.
  private Set<String> needed() {
    var needed = new HashSet<String>();
    for (var app : records.apps()) {
      var numbers = new HashSet<>(kept(app));
      records.operation(app).flatMap(found -> found.value().to()).ifPresent(numbers::add);
      records.live(app).map(found -> found.value().release()).ifPresent(numbers::add);
      records
          .live(app)
          .flatMap(found -> found.value().canary())
          .map(Canary::release)
          .ifPresent(numbers::add);
      records.releases(app).stream()
          .filter(release -> numbers.contains(release.number()))
          .map(Release::bundle)
          .forEach(needed::add);
    }
    return needed;
  }

  private void pruneOperations() {
    try (var files = Files.list(operations)) {
      var all = new ArrayList<>(files.toList());
      if (all.size() <= OPERATIONS_MAX) {
        return;
      }
      all.sort(Comparator.comparingLong(file -> file.toFile().lastModified()));
      for (var file : all.subList(0, all.size() - OPERATIONS_MAX)) {
        Files.deleteIfExists(file);
      }
    } catch (IOException e) {
      throw new UncheckedIOException("cannot prune " + operations + ": " + e.getMessage(), e);
    }
  }
}
