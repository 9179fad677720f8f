package dev.stead.agent.observe;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/// The end of a file that an instance prints to, read directly: also what the collector has not
/// taken yet.
public final class OutputTail {
  private static final int BYTES_MAX = 64 << 10;

  private OutputTail() {}

  /// The last lines, as far as they are within the last 64 KiB; none when there is no such file.
  public static List<String> last(Path output, int lines) {
    if (Files.notExists(output)) {
      return List.of();
    }
    try (RandomAccessFile access = new RandomAccessFile(output.toFile(), "r")) {
      long from = Math.max(0, access.length() - BYTES_MAX);
      byte[] bytes = new byte[(int) (access.length() - from)];
      access.seek(from);
      access.readFully(bytes);
      List<String> all = new String(bytes, StandardCharsets.UTF_8).lines().toList();
      // The first one is only the end of a line when there is something before it.
      List<String> whole = from > 0 && all.size() > 1 ? all.subList(1, all.size()) : all;
      return List.copyOf(whole.subList(Math.max(0, whole.size() - lines), whole.size()));
    } catch (IOException e) {
      throw new UncheckedIOException(
          "cannot read the output in %s: %s".formatted(output, e.getMessage()), e);
    }
  }
}
