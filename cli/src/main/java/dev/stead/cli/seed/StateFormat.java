package dev.stead.cli.seed;

import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;

/// The forms of stored state that a version writes and can read, as `server/state` in its
/// distribution says: lines `writes FORM` and `reads FORM`.
record StateFormat(Set<String> writes, Set<String> reads) {
  private static final Pattern BLANKS = Pattern.compile("\\s+");

  StateFormat {
    writes = Set.copyOf(writes);
    reads = Set.copyOf(reads);
  }

  /// Reads the words of the file, however they are parted.
  static StateFormat read(String text) {
    var writes = new TreeSet<String>();
    var reads = new TreeSet<String>();
    var words = BLANKS.splitAsStream(text.strip()).toList();
    for (int i = 0; i + 1 < words.size(); i += 2) {
      switch (words.get(i)) {
        case "writes" -> writes.add(words.get(i + 1));
        case "reads" -> reads.add(words.get(i + 1));
        default -> throw new IllegalArgumentException("unknown word " + words.get(i));
      }
    }
    return new StateFormat(writes, reads);
  }

  /// Whether this version can go on with what another one has written.
  boolean follows(StateFormat other) {
    return reads.containsAll(other.writes);
  }
}
