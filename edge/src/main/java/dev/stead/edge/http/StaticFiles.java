package dev.stead.edge.http;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// Finds the file of a path below a service's directory, on threads of its own since files block.
///
/// Nothing outside the directory is ever opened, by `..` or by a link, nor anything whose name
/// begins with a dot except under `.well-known`: what is not served is not there.
final class StaticFiles implements AutoCloseable {
  private static final String INDEX = "index.html";
  private static final String WELL_KNOWN = ".well-known";

  private final ExecutorService threads =
      Executors.newThreadPerTaskExecutor(Thread.ofVirtual().name("static-file-", 0).factory());

  /// What was found.
  sealed interface Outcome {
    default void close() {}
  }

  record Missing() implements Outcome {}

  /// A directory with an index, asked for without the slash at its end.
  record Directory() implements Outcome {}

  /// A file, open; whoever gets it closes it.
  record Opened(FileChannel channel, String name, long size, long modifiedMillis)
      implements Outcome {
    @Override
    public void close() {
      try {
        channel.close();
      } catch (IOException e) {
        throw new UncheckedIOException("cannot close " + name, e);
      }
    }
  }

  /// Calls back on another thread.
  ///
  /// @param rawPath as the service sees it, percent-encoded
  void find(String directory, String rawPath, Consumer<Outcome> whenFound) {
    threads.execute(() -> whenFound.accept(find(directory, rawPath)));
  }

  private static Outcome find(String directory, String rawPath) {
    String relative = relative(rawPath);
    if (relative == null) {
      return new Missing();
    }
    try {
      Path root = Path.of(directory).toRealPath();
      Path file = root.resolve(relative).toRealPath();
      if (!file.startsWith(root)) {
        return new Missing();
      }
      if (!Files.isDirectory(file)) {
        return rawPath.endsWith("/") ? new Missing() : open(file);
      }
      Path index = file.resolve(INDEX).toRealPath();
      if (!index.startsWith(root) || !Files.isRegularFile(index)) {
        return new Missing();
      }
      return rawPath.endsWith("/") ? open(index) : new Directory();
    } catch (IOException | InvalidPathException e) {
      return new Missing();
    }
  }

  private static Outcome open(Path file) throws IOException {
    BasicFileAttributes attributes =
        Files.readAttributes(file, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS);
    if (!attributes.isRegularFile()) {
      return new Missing();
    }
    return new Opened(
        FileChannel.open(file, StandardOpenOption.READ, LinkOption.NOFOLLOW_LINKS),
        file.getFileName().toString(),
        attributes.size(),
        attributes.lastModifiedTime().toMillis());
  }

  /// The path below the directory, decoded; null when it is none that could be served.
  private static @Nullable String relative(String rawPath) {
    String path = decoded(rawPath);
    if (path == null || !path.startsWith("/") || path.indexOf('\\') >= 0) {
      return null;
    }
    var below = new StringBuilder(path.length());
    for (String segment : path.split("/", -1)) {
      if (segment.isEmpty()) {
        continue;
      }
      boolean first = below.isEmpty();
      if (segment.charAt(0) == '.' && !(first && segment.equals(WELL_KNOWN))) {
        return null;
      }
      below.append(first ? "" : "/").append(segment);
    }
    return below.toString();
  }

  private static @Nullable String decoded(String raw) {
    if (raw.indexOf('%') < 0) {
      return raw;
    }
    var bytes = new byte[raw.length()];
    int length = 0;
    for (int i = 0; i < raw.length(); i++) {
      int value = raw.charAt(i);
      if (value == '%') {
        int high = i + 2 < raw.length() ? Character.digit(raw.charAt(i + 1), 16) : -1;
        int low = high < 0 ? -1 : Character.digit(raw.charAt(i + 2), 16);
        value = low < 0 ? 0 : high << 4 | low;
        i += 2;
      }
      if (value == 0) {
        return null;
      }
      bytes[length++] = (byte) value;
    }
    return new String(bytes, 0, length, StandardCharsets.UTF_8);
  }

  @Override
  public void close() {
    threads.shutdownNow();
  }
}
