package dev.stead.edge;

import dev.stead.sdk.Wire;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// The requests that the edge says it has taken: the lines of an app's access log, read on as they
/// come. The last of them are kept.
final class TakenRequests {
  private static final int KEPT_MAX = 10_000;

  private final Path file;
  private final Map<String, Taken> kept = new LinkedHashMap<>();
  private long read;

  /// @param path without the query, and no more of it than the log has
  record Taken(String method, String host, String path, String protocol, long received) {
    private static final int PATH_CHARS_MAX = 1_024;

    /// Whether it came as text.
    boolean plain() {
      return !protocol.equals("HTTP/2");
    }

    /// Whether the app has seen this request and no other one.
    boolean is(StrictApp.Request seen) {
      String seenPath = seen.path();
      String compared = seenPath.substring(0, Math.min(seenPath.length(), PATH_CHARS_MAX));
      String seenHost = seen.host().toLowerCase(Locale.ROOT).replaceFirst("\\.(?=:|$)", "");
      return seen.method().equals(method)
          && compared.equals(path)
          && (seenHost.equals(host) || seenHost.startsWith(host + ":"))
          && (!seen.whole() || seen.body().length() == received);
    }
  }

  TakenRequests(Path file) {
    this.file = file;
  }

  /// Gives a request away by its id; null when it was never taken, or was asked for before.
  @Nullable Taken take(String id) {
    return kept.remove(id);
  }

  /// Reads on; whether all of these have been taken.
  boolean have(Collection<String> ids) {
    try {
      readOn();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return kept.keySet().containsAll(ids);
  }

  private void readOn() throws IOException {
    if (!Files.exists(file)) {
      return;
    }
    if (Files.size(file) < read) {
      // What is longest past has become another file, and nothing is added to that any more.
      add(Path.of(file + ".1"));
      read = 0;
    }
    add(file);
  }

  private void add(Path from) throws IOException {
    try (var channel = FileChannel.open(from)) {
      var bytes = ByteBuffer.allocate(Math.toIntExact(channel.size() - read));
      channel.read(bytes, read);
      String text = new String(bytes.array(), 0, bytes.position(), StandardCharsets.UTF_8);
      String lines = text.substring(0, text.lastIndexOf('\n') + 1);
      lines.lines().forEach(this::add);
      read += lines.getBytes(StandardCharsets.UTF_8).length;
    }
  }

  private void add(String line) {
    Map<?, ?> said = Wire.read(line.getBytes(StandardCharsets.UTF_8), Map.class);
    kept.put(
        String.valueOf(said.get("request-id")),
        new Taken(
            String.valueOf(said.get("method")),
            String.valueOf(said.get("host")),
            String.valueOf(said.get("path")),
            String.valueOf(said.get("protocol")),
            said.get("received-bytes") instanceof Number number ? number.longValue() : -1));
    if (kept.size() > KEPT_MAX) {
      kept.remove(kept.keySet().iterator().next());
    }
  }
}
