package dev.stead.edge.control;

import java.nio.file.Path;

/// Where apps' access logs lie, the same for the edge, which writes them, and the agent, which
/// removes an app's with the app.
///
/// @param directory which has `APP.log`, and `APP.log.1` for what came before it
public record AccessLogFiles(Path directory) {
  /// Those of an installation.
  ///
  /// @param home where it keeps what it writes
  public static AccessLogFiles of(Path home) {
    return new AccessLogFiles(home.resolve("edge").resolve("access"));
  }

  /// The one that is written.
  public Path current(String app) {
    return directory.resolve(app + ".log");
  }

  /// The one before it, which takes no more.
  public Path former(String app) {
    return directory.resolve(app + ".log.1");
  }
}
