package dev.stead.agent.crush;

import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;

/// A key in one of its forks.
///
/// @param fork `default` where none was named
public record Item(String key, String fork) {
  public static final String DEFAULT_FORK = "default";

  static final String VALUES = "crush/values/";
  private static final String ORIGINS = "crush/origins/";

  /// A key in the fork that is meant when none is named.
  public static Item of(String key) {
    return new Item(key, DEFAULT_FORK);
  }

  /// Where its value stands in the store. A fork's name is written without slashes, so that no two
  /// items share a place.
  String valueKey() {
    return values(fork) + key;
  }

  /// Where it stands what it was forked from.
  String originKey() {
    return ORIGINS + encoded(fork) + "/" + key;
  }

  /// What the places of all values of a fork start with.
  static String values(String fork) {
    return VALUES + encoded(fork) + "/";
  }

  /// `fork:key`, as lists name it.
  @Override
  public String toString() {
    return fork + ":" + key;
  }

  static String encoded(String fork) {
    return URLEncoder.encode(fork, StandardCharsets.UTF_8);
  }
}
