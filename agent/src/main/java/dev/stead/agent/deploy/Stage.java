package dev.stead.agent.deploy;

import dev.stead.sdk.Event;

/// How far an operation has come, as its journal says. Before [#SWITCHED] a restarted agent undoes
/// it, from there on it finishes it.
enum Stage {
  PREPARING,
  INSTALLING,
  RELEASE_COMMAND,
  /// The edge holds requests, the old instances are being stopped.
  HOLDING,
  /// New instances are being started.
  STARTING,
  SETTLING,
  /// The new release is live in the store; the edge may not know yet.
  SWITCHED,
  /// The edge sends nothing new to the old instances.
  DRAINING,
  STOPPING,
  PRUNING,
  ENDED;

  /// What people call it.
  Event.Step step() {
    return switch (this) {
      case PREPARING -> Event.Step.PREPARE;
      case INSTALLING -> Event.Step.INSTALL;
      case RELEASE_COMMAND -> Event.Step.RELEASE_COMMAND;
      case HOLDING -> Event.Step.HOLD;
      case STARTING -> Event.Step.START;
      case SETTLING -> Event.Step.SETTLE;
      case SWITCHED -> Event.Step.SWITCH;
      case DRAINING -> Event.Step.DRAIN;
      case STOPPING -> Event.Step.STOP;
      case PRUNING, ENDED -> Event.Step.PRUNE;
    };
  }

  boolean switched() {
    return compareTo(SWITCHED) >= 0;
  }
}
