package dev.stead.agent.deploy;

import dev.stead.store.Limits;
import dev.stead.store.Retention;
import dev.stead.store.Store;
import dev.stead.store.StoreException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.time.Duration;

/// Gives up what nobody asks for of the past: the steps of operations that ended long ago. Of all
/// else every revision is kept. The store is compacted in steps of some milliseconds, between which
/// everything else goes on.
final class HistoryUpkeep {
  static final Retention JOURNAL = new Retention.Within(Duration.ofDays(90));
  static final Duration EVERY = Duration.ofHours(6);
  private static final Logger LOG = System.getLogger(HistoryUpkeep.class.getName());

  private final Store store;
  private final Records records;

  HistoryUpkeep(Store store, Records records) {
    this.store = store;
    this.records = records;
  }

  void look() {
    try {
      var rules = store.retentions();
      records.apps().stream()
          .map(Keys::operation)
          .filter(key -> !rules.containsKey(key))
          .limit(Limits.RETENTIONS_MAX - rules.size())
          .forEach(key -> store.retain(key, JOURNAL));
      var removed = store.compact();
      LOG.log(Level.DEBUG, "{0} values of the past were removed", removed);
    } catch (StoreException e) {
      LOG.log(Level.WARNING, "cannot compact the store: " + e.getMessage(), e);
    }
  }
}
