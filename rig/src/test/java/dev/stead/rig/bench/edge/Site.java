package dev.stead.rig.bench.edge;

import java.nio.file.Path;

/// What every proxy is put before, and with.
///
/// @param directory for the files of them all
/// @param backendPort where both payloads are to be had
record Site(Path directory, int backendPort, ServerCertificates.Written certificate) {
  /// As many threads or processes as the edge has event loops.
  static final int WORKERS = 2;

  Path resolve(String name) {
    return directory.resolve(name);
  }
}
