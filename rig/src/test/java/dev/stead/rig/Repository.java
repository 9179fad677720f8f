package dev.stead.rig;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/// The files of this repository.
public final class Repository {
  /// The Maven modules that make up the product, in the order of their dependencies.
  public static final List<String> MODULES = List.of("sdk", "store", "edge", "agent", "cli");

  private Repository() {}

  public static Path root() {
    var here = Path.of("").toAbsolutePath();
    for (var dir = here; dir != null; dir = dir.getParent()) {
      if (Files.exists(dir.resolve("STYLE.md"))) {
        return dir;
      }
    }
    throw new IllegalStateException("no STYLE.md at or above " + here);
  }

  /// A path as people write it in a report.
  public static Path relative(Path file) {
    return file.startsWith(root()) ? root().relativize(file) : file;
  }

  public static List<Path> javaFilesUnder(String dir) {
    var start = root().resolve(dir);
    if (!Files.exists(start)) {
      return List.of();
    }
    try (var files = Files.walk(start)) {
      return files.filter(file -> file.toString().endsWith(".java")).sorted().toList();
    } catch (IOException e) {
      throw new UncheckedIOException("listing " + start, e);
    }
  }

  /// What git keeps, without what is ignored.
  public static List<Path> trackedFiles() throws IOException, InterruptedException {
    var git =
        new ProcessBuilder("git", "ls-files", "--cached", "--others", "--exclude-standard")
            .directory(root().toFile())
            .redirectError(ProcessBuilder.Redirect.INHERIT)
            .start();
    var names =
        new String(git.getInputStream().readAllBytes(), java.nio.charset.StandardCharsets.UTF_8);
    if (git.waitFor() != 0) {
      throw new IllegalStateException("git ls-files failed in " + root());
    }
    return names.lines().map(root()::resolve).filter(Files::isRegularFile).toList();
  }

  /// The directories of the example apps and of the rig's own apps.
  public static List<Path> appDirectories() {
    return Stream.of("examples", "rig/apps").flatMap(Repository::directoriesIn).toList();
  }

  private static Stream<Path> directoriesIn(String parent) {
    var start = root().resolve(parent);
    if (!Files.exists(start)) {
      return Stream.of();
    }
    try (var entries = Files.list(start)) {
      return entries.filter(Files::isDirectory).sorted().toList().stream();
    } catch (IOException e) {
      throw new UncheckedIOException("listing " + start, e);
    }
  }
}
