package dev.stead.store.rocks;

import dev.stead.store.Retention;
import java.util.Map;
import java.util.TreeMap;
import org.rocksdb.RocksIterator;

/// Reads of the rules of retention.
final class Retentions {
  private Retentions() {}

  /// The rules by prefix.
  static Map<String, Retention> all(Engine engine) {
    Map<String, Retention> rules = new TreeMap<>();
    try (RocksIterator walk = engine.walk(Engine.Family.RETENTION)) {
      for (walk.seekToFirst(); walk.isValid(); walk.next()) {
        rules.put(Format.text(walk.key()), Format.retention(walk.value()));
      }
      engine.verify(walk);
    }
    return rules;
  }

  /// Whether the rule of this prefix is the one that counts for a key under it: no longer prefix
  /// fits.
  static boolean counts(Map<String, Retention> rules, String prefix, String key) {
    return rules.keySet().stream()
        .noneMatch(other -> other.length() > prefix.length() && key.startsWith(other));
  }
}
