package dev.stead.cli.guess;

import dev.stead.sdk.AppConfig;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/// What a project seems to be, and the `stead.toml` that follows from it.
///
/// @param kind for people, `a Spring Boot app built by Maven`
/// @param name what the project calls itself
/// @param build the command before the upload
/// @param include the files that travel; what git tracks when empty
/// @param install the command beside the uploaded files
/// @param web the command of the process `web`; empty for a static site or a Procfile
/// @param health the health check
/// @param files the directory of a static site
/// @param env plain configuration, with the reason for each
record Guess(
    String kind,
    String name,
    Optional<Said> build,
    Optional<Included> include,
    Optional<Said> install,
    Optional<Said> web,
    Optional<Said> health,
    Optional<Said> files,
    SortedMap<String, Said> env) {

  private static final int NAME_MAX = 39;

  /// The files that travel, and why these.
  record Included(List<String> patterns, String why) {}

  static final Said TCP =
      new Said(
          "tcp",
          "ready once it listens; better: a path that answers 2xx when the app is ready, such as"
              + " \"/up\"");

  /// A guess about which only the kind and the name are known yet.
  static Guess of(String kind, String name) {
    return new Guess(
        kind,
        name,
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        new TreeMap<>());
  }

  Guess withBuild(Said command) {
    return new Guess(kind, name, Optional.of(command), include, install, web, health, files, env);
  }

  Guess withInclude(List<String> patterns, String why) {
    return new Guess(
        kind,
        name,
        build,
        Optional.of(new Included(patterns, why)),
        install,
        web,
        health,
        files,
        env);
  }

  Guess withInstall(Said command) {
    return new Guess(kind, name, build, include, Optional.of(command), web, health, files, env);
  }

  Guess withWeb(Said command, Said check) {
    return new Guess(
        kind, name, build, include, install, Optional.of(command), Optional.of(check), files, env);
  }

  /// The same project, started as its Procfile says.
  Guess withProcfile(String otherKind) {
    return new Guess(
        otherKind, name, build, include, install, Optional.empty(), Optional.of(TCP), files, env);
  }

  Guess withFiles(Said dir) {
    return new Guess(kind, name, build, include, install, web, health, Optional.of(dir), env);
  }

  Guess withEnv(Map<String, Said> variables) {
    return new Guess(
        kind, name, build, include, install, web, health, files, new TreeMap<>(variables));
  }

  /// The app's name: what the project calls itself, made to fit the rule for names.
  String app() {
    var fitting =
        name.toLowerCase(Locale.ROOT)
            .replaceFirst("^@[^/]*/", "")
            .replaceAll("[^a-z0-9-]+", "-")
            .replaceAll("^[^a-z]+|-+$", "");
    var cut = fitting.substring(0, Math.min(fitting.length(), NAME_MAX)).replaceAll("-+$", "");
    return AppConfig.NAME.matcher(cut).matches() ? cut : "app";
  }

  static String directoryName(Path project) {
    var name = project.toAbsolutePath().normalize().getFileName();
    return name == null ? "app" : name.toString();
  }

  /// A way to recognise one kind of project.
  interface Kind {
    /// What is looked for, for people.
    String looksFor();

    /// The guess, when the directory is of this kind.
    Optional<Guess> guess(Path project) throws IOException;
  }
}
