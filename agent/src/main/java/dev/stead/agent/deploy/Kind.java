package dev.stead.agent.deploy;

import java.util.Locale;

/// The kinds of operation.
enum Kind {
  DEPLOY,
  ROLLBACK,
  SCALE,
  RESTART,
  STOP,
  START,
  ENV,
  SECRETS,
  /// Makes what runs in another environment a release here.
  PROMOTE,
  /// Copies a volume.
  BACKUP,
  /// Replaces a volume.
  RESTORE,
  /// Changes a canary's share, promotes it or ends it.
  CANARY,
  /// Stops what only requests need.
  SLEEP,
  /// Starts that again, for a request.
  WAKE,
  PAUSE,
  RESUME,
  MAINTENANCE_ON,
  MAINTENANCE_OFF;

  /// As people and the API read it.
  String word() {
    return name().toLowerCase(Locale.ROOT).replace('_', ' ');
  }
}
