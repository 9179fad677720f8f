package dev.stead.rig.bench.edge;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;

/// What all proxies ask: an nginx with one process, which has its answers in memory and keeps every
/// connection.
record Backend(Process process) implements AutoCloseable {
  static Backend start(Path directory, int port) throws IOException {
    var answers = Files.createDirectories(directory.resolve("answers"));
    Files.writeString(
        answers.resolve("." + Payload.LARGE.path()), "x".repeat(Payload.LARGE.bytes()));
    var config =
        Template.fill(
            "backend.conf",
            directory,
            Map.of(
                "user",
                System.getProperty("user.name"),
                "directory",
                directory,
                "port",
                port,
                "small",
                Payload.SMALL.path(),
                "answer",
                "x".repeat(Payload.SMALL.bytes())));
    return new Backend(
        Program.of("nginx", "-c", config.toString()).start(directory.resolve("backend.out")));
  }

  @Override
  public void close() {
    new ProcessTree(process.toHandle()).end();
  }
}
