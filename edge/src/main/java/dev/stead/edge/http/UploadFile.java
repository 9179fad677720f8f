package dev.stead.edge.http;

import io.netty.buffer.ByteBuf;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.jspecify.annotations.Nullable;

/// The body of one request on disk, in a file that lost its name as it was made: nobody else can
/// open it, and the kernel frees it when the edge ends, however it does. A crash in between leaves
/// an empty file.
///
/// One thread has it at a time; [#append] and [#close] wait for the disk.
final class UploadFile {
  private static final int PIECE_BYTES = 64 * 1024;

  /// Room on the disk that is left to others: the store, the logs, the apps.
  private static final long FREE_BYTES_MIN = 128L << 20;

  private final Path directory;
  private @Nullable FileChannel open;
  private long bytes;
  private long reserved;

  UploadFile(Path directory) {
    this.directory = directory;
  }

  /// Takes note that so many bytes are about to be written, and returns them.
  long reserve(int more) {
    reserved += more;
    return more;
  }

  long reserved() {
    return reserved;
  }

  /// @throws IOException when it cannot be written, or the disk would become too full
  void append(ByteBuf more) throws IOException {
    FileChannel file = open == null ? create() : open;
    open = file;
    if (directory.toFile().getUsableSpace() < FREE_BYTES_MIN) {
      throw new IOException("less than %d MiB are free".formatted(FREE_BYTES_MIN >> 20));
    }
    while (more.isReadable()) {
      bytes += more.readBytes(file, bytes, more.readableBytes());
    }
  }

  /// Readable by its owner alone, as all that [Files#createTempFile] makes.
  private FileChannel create() throws IOException {
    Files.createDirectories(directory);
    Path named = Files.createTempFile(directory, "", "");
    try {
      return FileChannel.open(named, StandardOpenOption.READ, StandardOpenOption.WRITE);
    } finally {
      Files.delete(named);
    }
  }

  /// All of it from the start; whoever gets them closes no file.
  FilePieces pieces() {
    if (open == null) {
      throw new IllegalStateException("nothing was written");
    }
    return FilePieces.lent(open, bytes, PIECE_BYTES);
  }

  void close() {
    if (open != null) {
      try {
        open.close();
      } catch (IOException e) {
        throw new UncheckedIOException("a file without a name cannot be closed", e);
      }
    }
  }
}
