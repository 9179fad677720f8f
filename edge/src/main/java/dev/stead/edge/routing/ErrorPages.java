package dev.stead.edge.routing;

import dev.stead.edge.control.Service;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// A service's own error pages, read when its table is applied: when they are needed the disk may
/// be what is wrong.
///
/// A file that is not there, is larger than [Service.ErrorPages#BYTES_MAX] or lies outside the
/// directory is no page; the edge's own is sent then.
final class ErrorPages {
  private final Map<Integer, byte[]> byStatus = new HashMap<>();

  static ErrorPages none() {
    return new ErrorPages();
  }

  static ErrorPages read(Service.ErrorPages listed) {
    var pages = new ErrorPages();
    listed
        .files()
        .forEach(
            (status, file) -> {
              byte[] page = read(listed.dir(), file);
              if (page != null) {
                pages.byStatus.put(Integer.valueOf(status), page);
              }
            });
    return pages;
  }

  private static byte @Nullable [] read(String directory, String file) {
    try {
      Path root = Path.of(directory).toRealPath();
      Path page = root.resolve(file).toRealPath();
      if (!page.startsWith(root) || !Files.isRegularFile(page)) {
        return null;
      }
      try (var in = Files.newInputStream(page)) {
        byte[] bytes = in.readNBytes(Service.ErrorPages.BYTES_MAX + 1);
        return bytes.length > Service.ErrorPages.BYTES_MAX ? null : bytes;
      }
    } catch (IOException | InvalidPathException e) {
      return null;
    }
  }

  byte @Nullable [] of(int status) {
    return byStatus.get(status);
  }
}
