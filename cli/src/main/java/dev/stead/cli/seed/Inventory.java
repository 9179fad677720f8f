package dev.stead.cli.seed;

import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;

/// Which files are on a server, as `inventory.sh` printed it.
///
/// @param have keys of files in an installed version
/// @param parts sizes of received files by key, whole or up to a cut
record Inventory(Set<String> have, Map<String, Long> parts) {
  private static final Pattern BLANK = Pattern.compile(" ");

  Inventory {
    have = Set.copyOf(have);
    parts = Map.copyOf(parts);
  }

  static Inventory read(String text) {
    var have = new HashSet<String>();
    var parts = new HashMap<String, Long>();
    for (var line : text.lines().toList()) {
      var words = BLANK.splitAsStream(line.strip()).toList();
      if (words.size() == 2 && words.getFirst().equals("have")) {
        have.add(words.get(1));
      } else if (words.size() == 3 && words.getFirst().equals("part")) {
        parts.put(words.get(1), Long.parseLong(words.get(2)));
      }
    }
    return new Inventory(have, parts);
  }

  /// From where on a file is missing; its size when it is whole.
  long offset(Distribution.Entry entry) {
    if (have.contains(entry.key())) {
      return entry.bytes();
    }
    long part = parts.getOrDefault(entry.key(), 0L);
    // One that is too long cannot be this file: from the start.
    return part > entry.bytes() ? 0 : part;
  }

  /// Whether a file has to be sent, an empty one too.
  boolean lacks(Distribution.Entry entry) {
    return !have.contains(entry.key())
        && (offset(entry) < entry.bytes() || !parts.containsKey(entry.key()));
  }

  long missing(Distribution distribution) {
    return distribution.entries().stream()
        .filter(this::lacks)
        .mapToLong(entry -> entry.bytes() - offset(entry))
        .sum();
  }
}
