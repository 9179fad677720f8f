package dev.stead.rig.host;

import dev.stead.rig.Repository;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;

/// A directory with a user's project in it, a test's own to change. Deleted with [#close].
public final class Project implements AutoCloseable {
  private final Path directory;

  private Project(Path directory) {
    this.directory = directory;
  }

  public static Project empty() {
    try {
      return new Project(Files.createTempDirectory("project-"));
    } catch (IOException e) {
      throw new UncheckedIOException("making a directory for a project", e);
    }
  }

  /// A copy of an app of this repository, without what a build left there.
  ///
  /// @param app its directory, such as `examples/hello`
  public static Project copyOf(String app) {
    var project = empty();
    var from = Repository.root().resolve(app);
    try (var files = Files.walk(from)) {
      files
          .filter(file -> !from.relativize(file).startsWith("node_modules"))
          .filter(Files::isRegularFile)
          .forEach(file -> project.copy(file, from.relativize(file).toString()));
    } catch (IOException e) {
      throw new UncheckedIOException("copying " + from, e);
    }
    return project;
  }

  public Path directory() {
    return directory;
  }

  public Project write(String file, String content) {
    try {
      var path = directory.resolve(file);
      Files.createDirectories(path.getParent());
      Files.writeString(path, content);
      return this;
    } catch (IOException e) {
      throw new UncheckedIOException("writing " + file + " of " + directory, e);
    }
  }

  public String read(String file) {
    try {
      return Files.readString(directory.resolve(file));
    } catch (IOException e) {
      throw new UncheckedIOException("reading " + file + " of " + directory, e);
    }
  }

  /// Changes a file.
  ///
  /// @throws IllegalArgumentException when the file does not contain the text
  public Project replace(String file, String text, String by) {
    var before = read(file);
    if (!before.contains(text)) {
      throw new IllegalArgumentException("%s does not contain '%s'".formatted(file, text));
    }
    return write(file, before.replace(text, by));
  }

  public void copy(Path from, String to) {
    try {
      var path = directory.resolve(to);
      Files.createDirectories(path.getParent());
      Files.copy(
          from, path, StandardCopyOption.REPLACE_EXISTING, StandardCopyOption.COPY_ATTRIBUTES);
    } catch (IOException e) {
      throw new UncheckedIOException("copying " + from + " to " + to, e);
    }
  }

  @Override
  public void close() {
    Directories.delete(directory);
  }
}
