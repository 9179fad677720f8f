package dev.stead.rig.server;

import dev.stead.rig.host.Running;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;

/// The rig's own way into its servers: ssh, one connection per server and user that all commands
/// share.
final class Access implements AutoCloseable {
  private final Path directory;
  private final Group group;
  private final AtomicInteger calls = new AtomicInteger();

  private Access(Path directory, Group group) {
    this.directory = directory;
    this.group = group;
  }

  static Access make(Place place) {
    try {
      var directory = Files.createDirectories(place.directory().resolve("ssh"));
      HostCommand.run(
          "ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-C", "rig", "-f", directory + "/key");
      Files.writeString(
          directory.resolve("config"),
          """
          Host *
            IdentityFile %1$s/key
            IdentitiesOnly yes
            UserKnownHostsFile %1$s/known_hosts
            StrictHostKeyChecking yes
            BatchMode yes
            ConnectTimeout 10
            ControlMaster auto
            ControlPath %1$s/%%h-%%r
            ControlPersist yes
          """
              .formatted(directory));
      return new Access(directory, Group.make(place.name("ssh")));
    } catch (IOException e) {
      throw new UncheckedIOException("preparing ssh", e);
    }
  }

  /// The key that every server lets in.
  Path key() {
    return directory.resolve("key");
  }

  void trust(Identity server) {
    try {
      Files.writeString(
          directory.resolve("known_hosts"),
          server.known(),
          StandardOpenOption.CREATE,
          StandardOpenOption.APPEND);
    } catch (IOException e) {
      throw new UncheckedIOException("noting the host key of " + server.name(), e);
    }
  }

  Running start(String user, String address, String command) {
    var call = calls.incrementAndGet();
    var out = directory.resolve(call + ".out");
    var err = directory.resolve(call + ".err");
    var ssh =
        List.of("ssh", "-n", "-F", directory.resolve("config").toString(), "-l", user, address);
    var joined = group.joinedBy(ssh);
    joined.add(command);
    try {
      var process =
          new ProcessBuilder(joined)
              .redirectOutput(out.toFile())
              .redirectError(err.toFile())
              .start();
      return new Running(command, process, out, err);
    } catch (IOException e) {
      throw new UncheckedIOException("starting ssh", e);
    }
  }

  /// Ends the connections to a server, as far as there are any: it is going down.
  void hangUp(String address) {
    try (var sockets = Files.newDirectoryStream(directory, address + "-*")) {
      for (var socket : sockets) {
        HostCommand.succeeds("ssh", "-o", "ControlPath=" + socket, "-O", "exit", "-q", address);
        Files.deleteIfExists(socket);
      }
    } catch (IOException e) {
      throw new UncheckedIOException("hanging up on " + address, e);
    }
  }

  @Override
  public void close() {
    group.close();
  }
}
