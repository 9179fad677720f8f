package dev.stead.rig.host;

import dev.stead.sdk.Client;

/// A Stead that runs, on this machine or on a server, to which projects are deployed and requests
/// sent.
public interface Installation extends AutoCloseable {

  /// Calls the CLI in a project's directory, for this Stead, and does not wait.
  Running start(Project project, String... arguments);

  /// The agent's API, for what a story asserts and no command shows.
  Client client();

  /// Where requests are sent to without TLS.
  Entrance edge();

  /// Where they are sent to with TLS.
  Entrance tls();

  @Override
  void close();
}
