package dev.stead.agent.deploy;

import dev.stead.agent.observe.LogCollector;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/// The logs of apps that are gone, which go with them: what they printed, and the access log that
/// the edge wrote, which says who came to them. The edge opens that one anew for each batch of
/// lines, so that it need not know.
///
/// @param access the directory of the edge's access logs
record AppLogs(LogCollector printed, Path access) {
  private static final List<String> SUFFIXES = List.of(".log", ".log.1");

  /// Does nothing where there are none.
  void remove(String app) {
    printed.forget(app);
    for (var suffix : SUFFIXES) {
      var file = access.resolve(app + suffix);
      try {
        Files.deleteIfExists(file);
      } catch (IOException e) {
        throw new UncheckedIOException("removing the access log " + file, e);
      }
    }
  }
}
