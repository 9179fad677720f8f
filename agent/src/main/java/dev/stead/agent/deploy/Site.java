package dev.stead.agent.deploy;

/// The kind of machine that Stead runs on, which decides where an app answers that names no hosts.
public enum Site {
  /// Every app answers at `APP.localhost`, whatever hosts it names beside.
  LAPTOP,
  /// An app answers at the hosts it names. One that names none answers at all that no other app
  /// names; there can be one of those.
  SERVER
}
