package dev.stead.agent.deploy;

import dev.stead.agent.observe.LogCollector;
import dev.stead.edge.control.AccessLogFiles;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.util.List;

/// The logs of apps that are gone, which go with them: what they printed, and the access log that
/// the edge wrote, which says who came to them. The edge opens that one anew for each batch of
/// lines, so that it need not know.
record AppLogs(LogCollector printed, AccessLogFiles access) {
  /// Does nothing where there are none.
  void remove(String app) {
    printed.forget(app);
    for (var file : List.of(access.current(app), access.former(app))) {
      try {
        Files.deleteIfExists(file);
      } catch (IOException e) {
        throw new UncheckedIOException("removing the access log " + file, e);
      }
    }
  }
}
