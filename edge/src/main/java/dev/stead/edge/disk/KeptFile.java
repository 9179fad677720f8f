package dev.stead.edge.disk;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Optional;
import java.util.Set;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.json.JsonMapper;

/// What the agent pushed last, on disk: one JSON document as it was pushed, readable by the edge's
/// user alone. It appears whole by rename; a torn temporary file beside it is overwritten by the
/// next write.
public final class KeptFile<T> {
  private final Path path;
  private final String what;
  private final Class<T> type;
  private final JsonMapper json;

  /// @param what its contents' name, for messages
  public KeptFile(Path path, String what, Class<T> type, JsonMapper json) {
    this.path = path;
    this.what = what;
    this.type = type;
    this.json = json;
  }

  /// What was kept; empty when nothing was.
  ///
  /// @throws IOException when there is a file that cannot be read; says what to do
  public Optional<T> read() throws IOException {
    byte[] bytes;
    try {
      bytes = Files.readAllBytes(path);
    } catch (NoSuchFileException e) {
      return Optional.empty();
    }
    try {
      return Optional.of(json.readValue(bytes, type));
    } catch (JacksonException e) {
      throw new IOException(
          "cannot read the kept %s %s: %s. Nothing of it is served until the agent pushes it again; if it does not, deploy or restart the agent."
              .formatted(what, path, e.getOriginalMessage()),
          e);
    }
  }

  /// Keeps this instead of what was kept. It is on disk when this returns.
  public void write(T value) throws IOException {
    Path directory = path.toAbsolutePath().getParent();
    Files.createDirectories(directory);
    Path temporary = path.resolveSibling(path.getFileName() + ".new");
    Files.deleteIfExists(temporary);
    try (var file =
        FileChannel.open(
            temporary,
            Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE),
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")))) {
      var bytes = ByteBuffer.wrap(json.writeValueAsBytes(value));
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
