package dev.stead.cli;

import java.time.Instant;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;

/// A moment as people read it, in local time.
final class When {
  private When() {}

  static String text(Instant at) {
    return DateTimeFormatter.ofPattern("yyyy-MM-dd HH:mm:ss")
        .format(at.atZone(ZoneId.systemDefault()));
  }
}
