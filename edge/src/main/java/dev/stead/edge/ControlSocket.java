package dev.stead.edge;

import java.io.IOException;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.SocketChannel;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;

/// Where an edge is spoken to:
///
/// | in `edge/` of the run directory | what |
/// | --- | --- |
/// | `edge-1f3a9c07.sock` | an edge's own socket; one for each that lives, also for one that retires |
/// | `edge.sock` → `edge-1f3a9c07.sock` | the edge that serves; another takes over by replacing the link |
///
/// An edge that was killed leaves its socket and perhaps the link; the next one replaces the link
/// and deletes sockets that nobody answers on.
final class ControlSocket {
  private static final String LINK = "edge.sock";
  private static final String OWN = "edge-*.sock";

  private final Path directory;
  private final Path own;

  ControlSocket(Path directory) {
    this.directory = directory;
    this.own = directory.resolve("edge-%08x.sock".formatted(new SecureRandom().nextInt()));
  }

  /// To be bound by this edge.
  Path own() {
    return own;
  }

  /// Makes the bound socket the one that the agent finds.
  void takeOver() throws IOException {
    Files.setPosixFilePermissions(own, PosixFilePermissions.fromString("rw-------"));
    Path link = directory.resolve(own.getFileName() + ".link");
    Files.createSymbolicLink(link, own.getFileName());
    Files.move(link, directory.resolve(LINK), StandardCopyOption.ATOMIC_MOVE);
    sweep();
  }

  private void sweep() throws IOException {
    try (DirectoryStream<Path> sockets = Files.newDirectoryStream(directory, OWN)) {
      for (Path socket : sockets) {
        if (!answers(socket)) {
          Files.deleteIfExists(socket);
        }
      }
    }
  }

  private static boolean answers(Path socket) {
    try (var channel = SocketChannel.open(UnixDomainSocketAddress.of(socket))) {
      return channel.isConnected();
    } catch (IOException e) {
      return false;
    }
  }

  /// Who is found now.
  enum Holder {
    THIS,
    ANOTHER,
    NOBODY
  }

  Holder holder() throws IOException {
    try {
      Path named = Files.readSymbolicLink(directory.resolve(LINK));
      return named.equals(own.getFileName()) ? Holder.THIS : Holder.ANOTHER;
    } catch (NoSuchFileException e) {
      return Holder.NOBODY;
    }
  }

  /// Leaves nothing of this edge's.
  void remove() throws IOException {
    if (holder() == Holder.THIS) {
      Files.deleteIfExists(directory.resolve(LINK));
    }
    Files.deleteIfExists(own);
  }
}
