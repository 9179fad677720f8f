package dev.stead.edge.routing;

import dev.stead.edge.control.RoutingTable;
import dev.stead.sdk.Wire;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.Optional;

/// The routing table in force, on disk: one JSON document, the [RoutingTable] as it was pushed. It
/// appears whole by rename; a torn temporary file beside it is overwritten by the next write.
public final class TableFile {
  private final Path path;

  public TableFile(Path path) {
    this.path = path;
  }

  /// @throws IOException when there is a file that cannot be read as a table; says what to do
  Optional<RoutingTable> read() throws IOException {
    byte[] bytes;
    try {
      bytes = Files.readAllBytes(path);
    } catch (NoSuchFileException e) {
      return Optional.empty();
    }
    try {
      return Optional.of(Wire.read(bytes, RoutingTable.class));
    } catch (IllegalArgumentException e) {
      throw new IOException(
          "cannot read the kept routing table %s: %s. Nothing is served until the agent pushes a table; if it does not, deploy or restart the agent."
              .formatted(path, e.getMessage()),
          e);
    }
  }

  void write(RoutingTable table) throws IOException {
    Path directory = path.toAbsolutePath().getParent();
    Files.createDirectories(directory);
    Path temporary = path.resolveSibling(path.getFileName() + ".new");
    try (var file =
        FileChannel.open(
            temporary,
            StandardOpenOption.CREATE,
            StandardOpenOption.TRUNCATE_EXISTING,
            StandardOpenOption.WRITE)) {
      var bytes = ByteBuffer.wrap(Wire.write(table));
      while (bytes.hasRemaining()) {
        file.write(bytes);
      }
      file.force(true);
    }
    Files.move(temporary, path, StandardCopyOption.ATOMIC_MOVE);
    try (var opened = FileChannel.open(directory, StandardOpenOption.READ)) {
      opened.force(true);
    }
  }
}
