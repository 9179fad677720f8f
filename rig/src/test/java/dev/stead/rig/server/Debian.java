package dev.stead.rig.server;

import java.util.Locale;

/// A Debian release that the rig has servers of.
public enum Debian {
  BULLSEYE,
  BOOKWORM,
  TRIXIE;

  String suite() {
    return name().toLowerCase(Locale.ROOT);
  }
}
