package dev.stead.sdk;

import java.util.Locale;

/// What becomes of an app's requests, whatever runs of it.
public enum AppMode {
  /// They pass.
  OPEN,
  /// They wait at the edge until the app is resumed, each for so long as the edge holds any.
  PAUSED,
  /// They are answered with a page that says so.
  MAINTENANCE;

  /// As people read it.
  public String word() {
    return name().toLowerCase(Locale.ROOT);
  }
}
