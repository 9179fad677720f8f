package dev.stead.edge.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.UnpooledByteBufAllocator;
import java.io.EOFException;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Files that are sent a piece at a time.
final class FilePiecesTest {
  private final UnpooledByteBufAllocator allocator = new UnpooledByteBufAllocator(false);

  @Test
  void aFileThatCannotBeReadLeavesNoMemoryBehind(@TempDir Path directory) throws IOException {
    // A directory can be opened, and gives no bytes.
    try (FileChannel file = FileChannel.open(directory)) {
      var pieces = new FilePieces(file, 0, 8, 4);
      assertThatThrownBy(() -> pieces.readChunk(allocator))
          .isInstanceOf(IOException.class)
          .isNotInstanceOf(EOFException.class);
    }
    assertThat(allocator.metric().usedHeapMemory()).isZero();
  }

  @Test
  void norDoesOneThatHasBecomeShorter(@TempDir Path directory) throws IOException {
    Path path = Files.writeString(directory.resolve("page.html"), "four");
    try (FileChannel file = FileChannel.open(path)) {
      var pieces = new FilePieces(file, 0, 8, 4);
      assertThat(next(pieces)).isEqualTo("four");
      assertThatThrownBy(() -> pieces.readChunk(allocator)).isInstanceOf(EOFException.class);
    }
    assertThat(allocator.metric().usedHeapMemory()).isZero();
  }

  private String next(FilePieces pieces) throws IOException {
    ByteBuf piece = pieces.readChunk(allocator);
    try {
      return piece.toString(StandardCharsets.US_ASCII);
    } finally {
      piece.release();
    }
  }
}
