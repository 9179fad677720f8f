package dev.stead.store.bench;

import java.io.IOException;
import java.net.SocketAddress;
import java.net.UnixDomainSocketAddress;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/// Stead as it is shipped, in a home of its own: the store is asked over the API of its agent.
final class Stead implements AutoCloseable {
  private final Path command;
  private final Path home;

  private Stead(Path command, Path home) {
    this.command = command;
    this.home = home;
  }

  /// Starts one. It answers when this returns.
  ///
  /// @param command the CLI
  static Stead start(Path command, Path directory) throws IOException {
    // Short, since the path of a unix socket has at most 107 bytes.
    Stead stead = new Stead(command, directory.resolve("h"));
    stead.run("up", "--detach", "--port", Integer.toString(Etcd.freePort()));
    return stead;
  }

  private void run(String... arguments) throws IOException {
    List<String> words = new ArrayList<>(List.of(command.toString()));
    words.addAll(List.of(arguments));
    ProcessBuilder builder = new ProcessBuilder(words).redirectErrorStream(true);
    builder.environment().put("STEAD_HOME", home.toString());
    builder.environment().put("CI", "true");
    builder.redirectOutput(
        ProcessBuilder.Redirect.appendTo(home.resolveSibling("cli.log").toFile()));
    if (builder.start().onExit().join().exitValue() != 0) {
      throw new IOException("%s failed, see cli.log".formatted(words));
    }
  }

  /// A client that puts keys of its own.
  Load.Client putting(int client, String value) throws IOException {
    HttpConnection connection = new HttpConnection(address(), "text/plain");
    return new Connected(
        connection, number -> connection.exchange("PUT", path(client, number), value));
  }

  /// A client that reads what the first one put.
  Load.Client getting(long keys) throws IOException {
    HttpConnection connection = new HttpConnection(address(), "text/plain");
    return new Connected(
        connection, number -> connection.exchange("GET", path(0, number % keys), ""));
  }

  private SocketAddress address() {
    return UnixDomainSocketAddress.of(home.resolve("agent.sock"));
  }

  private static String path(int client, long number) {
    return "/v1/store/keys/" + Speed.key(client, number);
  }

  @Override
  public void close() throws IOException {
    run("down");
  }
}
