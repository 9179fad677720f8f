package dev.stead.rig.host;

import dev.stead.sdk.Client;
import java.net.InetSocketAddress;

/// A Stead that runs, on this machine or on a server, to which projects are deployed and requests
/// sent.
public interface Installation extends AutoCloseable {

  /// Calls the CLI in a project's directory, for this Stead, and does not wait.
  Running start(Project project, String... arguments);

  /// The agent's API, for what a story asserts and no command shows.
  Client client();

  /// Where requests are sent to.
  InetSocketAddress edge();

  @Override
  void close();
}
