package dev.stead.cli.local;

import java.nio.file.Path;
import java.util.Map;

/// The directory that everything of one Stead lies under.
public record Home(Path path) {

  /// The home that the environment names.
  public static Home of(Map<String, String> env) {
    var named = env.getOrDefault("STEAD_HOME", "");
    if (!named.isEmpty()) {
      return new Home(Path.of(named).toAbsolutePath().normalize());
    }
    var share = env.getOrDefault("XDG_DATA_HOME", "");
    var base =
        share.isEmpty()
            ? Path.of(env.getOrDefault("HOME", System.getProperty("user.home", "/")))
                .resolve(".local/share")
            : Path.of(share);
    return new Home(base.resolve("stead").toAbsolutePath().normalize());
  }

  public Path agentSocket() {
    return path.resolve("agent.sock");
  }

  /// What `agent` or `edge` prints.
  public Path log(String program) {
    return path.resolve(program + ".log");
  }

  /// The process id of `keeper`, `agent` or `edge`, as the keeper wrote it down.
  public Path pidFile(String program) {
    return path.resolve(program + ".pid");
  }

  public Path settings() {
    return path.resolve("settings.json");
  }
}
