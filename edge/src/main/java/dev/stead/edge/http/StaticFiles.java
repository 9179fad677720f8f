package dev.stead.edge.http;

import dev.stead.edge.control.Service;
import dev.stead.edge.routing.LiveService;
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
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.Consumer;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// Finds the file of a path below a service's directory, on threads of its own since files block.
///
/// Nothing outside the directory is ever opened, by `..` or by a link, nor anything whose name
/// begins with a dot except under `.well-known`: what is not served is not there.
final class StaticFiles implements AutoCloseable {
  private static final String INDEX = "index.html";
  private static final String WELL_KNOWN = ".well-known";

  /// A name that no other content will ever have, as builds write it: `main.3f2a91bc.js`,
  /// `index-BxKfQaZt.css`. Eight characters, with a digit or in both cases.
  private static final Pattern FINGERPRINT =
      Pattern.compile(
          ".*[^/][._-](?=[\\w-]*([0-9]|[a-z][\\w-]*[A-Z]|[A-Z][\\w-]*[a-z]))[\\w-]{8,}(\\.[a-z0-9]+){1,3}");

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
  ///
  /// @param name of the file that was asked for
  /// @param coding how it is compressed; null when it is not
  record Opened(
      FileChannel channel, String name, long size, long modifiedMillis, @Nullable Coding coding)
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
  void find(Wanted wanted, Consumer<Outcome> whenFound) {
    threads.execute(() -> whenFound.accept(find(wanted)));
  }

  /// What is looked for.
  ///
  /// @param former directories of releases before, where a file with a fingerprint may still be
  /// @param rawPath as the service sees it, percent-encoded
  /// @param codings that the client takes, best first
  record Wanted(String directory, List<String> former, String rawPath, List<Coding> codings) {
    /// @param millis the time of day
    static Wanted of(LiveService service, String directory, Inbound inbound, long millis) {
      List<String> former =
          service.listed().rules().formerFiles().stream()
              .filter(files -> files.until().toEpochMilli() > millis)
              .map(Service.FormerFiles::dir)
              .toList();
      return new Wanted(
          directory,
          former,
          service.forwarded(inbound.path()),
          Coding.accepted(inbound.acceptEncoding()));
    }

    private Wanted before() {
      return new Wanted(former.getFirst(), former.subList(1, former.size()), rawPath, codings);
    }
  }

  private static Outcome find(Wanted wanted) {
    Outcome outcome = findIn(wanted);
    boolean bridged = !wanted.former().isEmpty() && FINGERPRINT.matcher(wanted.rawPath()).matches();
    return outcome instanceof Missing && bridged ? find(wanted.before()) : outcome;
  }

  private static Outcome findIn(Wanted wanted) {
    String rawPath = wanted.rawPath();
    String relative = relative(rawPath);
    if (relative == null) {
      return new Missing();
    }
    try {
      Path root = Path.of(wanted.directory()).toRealPath();
      Path file = root.resolve(relative).toRealPath();
      if (!file.startsWith(root)) {
        return new Missing();
      }
      if (!Files.isDirectory(file)) {
        return rawPath.endsWith("/") ? new Missing() : smallest(file, wanted.codings());
      }
      Path index = file.resolve(INDEX).toRealPath();
      if (!index.startsWith(root) || !Files.isRegularFile(index)) {
        return new Missing();
      }
      return rawPath.endsWith("/") ? smallest(index, wanted.codings()) : new Directory();
    } catch (IOException | InvalidPathException e) {
      return new Missing();
    }
  }

  /// The file, or one beside it that has the same compressed and that the client takes.
  private static Outcome smallest(Path file, List<Coding> codings) throws IOException {
    if (Compressible.isType(FileAnswer.type(file.getFileName().toString()))) {
      for (Coding coding : codings) {
        Path beside = file.resolveSibling(file.getFileName() + coding.suffix());
        if (Files.isRegularFile(beside, LinkOption.NOFOLLOW_LINKS)) {
          return open(beside, file, coding);
        }
      }
    }
    return open(file, file, null);
  }

  private static Outcome open(Path file, Path asked, @Nullable Coding coding) throws IOException {
    BasicFileAttributes attributes =
        Files.readAttributes(file, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS);
    if (!attributes.isRegularFile()) {
      return new Missing();
    }
    return new Opened(
        FileChannel.open(file, StandardOpenOption.READ, LinkOption.NOFOLLOW_LINKS),
        asked.getFileName().toString(),
        attributes.size(),
        attributes.lastModifiedTime().toMillis(),
        coding);
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
