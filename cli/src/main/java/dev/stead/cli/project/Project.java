package dev.stead.cli.project;

import dev.stead.sdk.AppConfig;
import dev.stead.sdk.Code;
import dev.stead.sdk.Problem;
import dev.stead.sdk.ProblemException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.tomlj.Toml;

/// A project directory, read and found valid.
///
/// @param directory where `stead.toml` lies
/// @param config what travels to the agent
/// @param build what happens here before anything is uploaded
public record Project(Path directory, AppConfig config, Build build) {

  public static final String FILE = "stead.toml";
  public static final String PROCFILE = "Procfile";
  public static final String DOT_ENV = ".env";

  /// What is done and taken where the CLI runs.
  ///
  /// @param command run by `/bin/sh -c` in the project's directory before the upload
  /// @param include patterns of the files that travel; empty = what git tracks
  public record Build(Optional<String> command, List<String> include) {
    public Build {
      include = List.copyOf(include);
    }
  }

  /// Reads the project in a directory.
  ///
  /// @throws ProblemException naming every problem of its files at once, or that there is no
  ///   `stead.toml`
  public static Project read(Path directory) throws IOException {
    var file = directory.resolve(FILE);
    if (!Files.isRegularFile(file)) {
      throw new ProblemException(missing(directory));
    }
    return new SteadToml(directory).read(Files.readString(file));
  }

  /// The name of the app in a directory's `stead.toml`, when there is one and it can be read.
  public static Optional<String> appName(Path directory) throws IOException {
    return peek(directory, List.of("app")).filter(name -> AppConfig.NAME.matcher(name).matches());
  }

  /// The server that a directory's `stead.toml` names as its own.
  public static Optional<String> server(Path directory) throws IOException {
    return peek(directory, List.of("server", "default")).filter(name -> !name.isBlank());
  }

  /// One text of the file, whatever the rest of it is like.
  private static Optional<String> peek(Path directory, List<String> key) throws IOException {
    var file = directory.resolve(FILE);
    if (!Files.isRegularFile(file)) {
      return Optional.empty();
    }
    var text = Files.readString(file);
    // A parser takes longer to start than the rest of most commands does.
    if (!text.contains(key.getLast())) {
      return Optional.empty();
    }
    return Toml.parse(text).get(key) instanceof String value
        ? Optional.of(value)
        : Optional.empty();
  }

  private static Problem missing(Path directory) {
    return new Problem(
        Code.NO_PROJECT.id(),
        "reading the project in " + directory,
        "there is no stead.toml",
        "Change to the project's directory, or write one with `stead init`.",
        List.of());
  }
}
