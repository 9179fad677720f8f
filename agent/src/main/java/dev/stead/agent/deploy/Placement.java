package dev.stead.agent.deploy;

import java.util.Optional;

/// An instance as the store knows it: what it runs and where.
///
/// @param id the supervisor's name for it, `cv-v7-web-1-x4f2`
/// @param process its process type
/// @param port where it listens; only `web` has one
record Placement(String id, int release, String process, Optional<Integer> port) {

  /// The same instance on another port.
  Placement at(Optional<Integer> another) {
    return new Placement(id, release, process, another);
  }

  /// The short name that people read: `web.1`.
  String label() {
    var parts = id.split("-", -1);
    return process + "." + parts[parts.length - 2];
  }
}
