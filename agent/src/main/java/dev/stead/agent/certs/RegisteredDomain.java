package dev.stead.agent.certs;

import java.util.Arrays;

/// The part of a host name that somebody has registered, as CAs count by it: the last two labels,
/// or three where the last but one looks like part of the suffix (`co.uk`, `com.au`).
///
/// A guess, where a CA reads the list of public suffixes: docs/decisions.md says why.
final class RegisteredDomain {
  private static final int COUNTRY_LETTERS = 2;
  private static final int SUFFIX_LETTERS_MAX = 3;

  private RegisteredDomain() {}

  static String of(String host) {
    var labels = host.split("\\.", -1);
    var count = Math.min(labels.length, isSuffixOfTwo(labels) ? 3 : 2);
    return String.join(".", Arrays.asList(labels).subList(labels.length - count, labels.length));
  }

  private static boolean isSuffixOfTwo(String[] labels) {
    return labels.length > 2
        && labels[labels.length - 1].length() == COUNTRY_LETTERS
        && labels[labels.length - 2].length() <= SUFFIX_LETTERS_MAX;
  }
}
