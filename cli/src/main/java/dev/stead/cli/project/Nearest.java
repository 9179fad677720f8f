package dev.stead.cli.project;

import java.util.Collection;
import java.util.Comparator;
import java.util.Optional;

/// The valid name that a mistyped one most likely meant.
public final class Nearest {
  private Nearest() {}

  /// The name at the least edit distance, when that is small against the name's length.
  public static Optional<String> to(String typed, Collection<String> valid) {
    int far = Math.max(2, typed.length() / 3);
    return valid.stream()
        .filter(name -> distance(typed, name) <= far && distance(typed, name) < name.length())
        .min(Comparator.comparingInt((String name) -> distance(typed, name)).thenComparing(n -> n));
  }

  /// Optimal string alignment: insertions, deletions, substitutions and swaps of neighbours.
  static int distance(String a, String b) {
    var rows = new int[a.length() + 1][b.length() + 1];
    for (int i = 0; i <= a.length(); i++) {
      rows[i][0] = i;
    }
    for (int j = 0; j <= b.length(); j++) {
      rows[0][j] = j;
    }
    for (int i = 1; i <= a.length(); i++) {
      for (int j = 1; j <= b.length(); j++) {
        int substituted = rows[i - 1][j - 1] + (a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1);
        rows[i][j] = Math.min(substituted, 1 + Math.min(rows[i - 1][j], rows[i][j - 1]));
        if (swapped(a, i, b, j)) {
          rows[i][j] = Math.min(rows[i][j], rows[i - 2][j - 2] + 1);
        }
      }
    }
    return rows[a.length()][b.length()];
  }

  private static boolean swapped(String a, int i, String b, int j) {
    return i > 1
        && j > 1
        && a.charAt(i - 1) == b.charAt(j - 2)
        && a.charAt(i - 2) == b.charAt(j - 1);
  }
}
