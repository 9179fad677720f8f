package dev.stead.agent.deploy;

import dev.stead.agent.bundle.Bundles;
import dev.stead.sdk.AppConfig;
import dev.stead.sdk.Manifest;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/// The result of install steps, taken over from one release to the next. Two releases whose install
/// command and lock files are equal have equal results: the files that the step added are copied
/// instead of made again.
///
/// A release whose step has ended lists what it added in `.stead-installed`, written as the step
/// ends and before anything runs there, so that nothing an app wrote later is taken for a result:
///
/// ```
/// 9c1f…                       the install key
/// node_modules/.package-lock.json
/// node_modules/ms/index.js
/// ```
final class Install {
  static final String LIST = ".stead-installed";

  /// Scripts and settings are smaller than this; larger files are not looked into.
  private static final long SCANNED_BYTES_MAX = 64 << 10;

  /// The files that fix what an install step makes. A bundle with none of them is installed anew
  /// each time.
  private static final Set<String> LOCK_FILES =
      Set.of(
          "package-lock.json",
          "npm-shrinkwrap.json",
          "yarn.lock",
          "pnpm-lock.yaml",
          "bun.lock",
          "bun.lockb",
          "requirements.txt",
          "poetry.lock",
          "Pipfile.lock",
          "uv.lock",
          "pdm.lock",
          "Gemfile.lock",
          "composer.lock",
          "mix.lock",
          "go.sum",
          "Cargo.lock");

  private final Bundles bundles;
  private final Preparation preparation;

  Install(Bundles bundles, Preparation preparation) {
    this.bundles = bundles;
    this.preparation = preparation;
  }

  /// What an install step depends on: its command, and the lock files with their directories; empty
  /// when there is no step, or no lock file to go by.
  static Optional<String> key(AppConfig config, Manifest manifest) {
    return config.install().flatMap(command -> key(command, manifest));
  }

  private static Optional<String> key(String command, Manifest manifest) {
    var text = new StringBuilder(command);
    var locked = false;
    for (var file : manifest.files()) {
      var name = file.path().substring(file.path().lastIndexOf('/') + 1);
      if (LOCK_FILES.contains(name)) {
        locked = true;
        text.append('\n').append(file.path()).append(' ').append(file.sha256());
      }
    }
    return locked ? Optional.of(sha256(text.toString())) : Optional.empty();
  }

  /// Copies the result of an earlier release.
  ///
  /// @return how many files were copied; empty when none of these releases has a result for the key
  Optional<Integer> takeOver(Release release, Path directory, Iterable<Release> earlier) {
    return release.installKey().flatMap(key -> takeOver(key, release, directory, earlier));
  }

  private Optional<Integer> takeOver(
      String key, Release release, Path directory, Iterable<Release> earlier) {
    for (var other : earlier) {
      var from = bundles.directory(other.app(), other.number());
      if (other.installKey().equals(release.installKey())
          && other.number() != release.number()
          && Files.exists(from.resolve(LIST))) {
        return copy(key, from, directory);
      }
    }
    return Optional.empty();
  }

  /// Writes down what the step added, unless some of it names the directory that it lies in, as the
  /// scripts of a Python virtual environment do: such a result works nowhere else.
  void record(Release release, Path directory) {
    release.installKey().ifPresent(key -> record(key, release, directory));
  }

  private void record(String key, Release release, Path directory) {
    try {
      var lines = new StringBuilder(key).append('\n');
      for (var path : preparation.added(release, directory)) {
        if (names(directory.resolve(path), directory)) {
          return;
        }
        lines.append(path).append('\n');
      }
      Files.writeString(directory.resolve(LIST), lines);
    } catch (IOException e) {
      throw new UncheckedIOException("listing what was installed in " + directory, e);
    }
  }

  private static boolean names(Path file, Path directory) throws IOException {
    var name = directory.toAbsolutePath().toString();
    if (Files.isSymbolicLink(file)) {
      return Files.readSymbolicLink(file).startsWith(name);
    }
    return Files.size(file) <= SCANNED_BYTES_MAX
        && new String(Files.readAllBytes(file), StandardCharsets.ISO_8859_1).contains(name);
  }

  private static Optional<Integer> copy(String key, Path from, Path to) {
    try {
      var lines = Files.readAllLines(from.resolve(LIST));
      if (lines.isEmpty() || !lines.getFirst().equals(key)) {
        return Optional.empty();
      }
      var paths = new TreeSet<>(lines.subList(1, lines.size()));
      if (paths.stream()
          .anyMatch(path -> Files.notExists(from.resolve(path), LinkOption.NOFOLLOW_LINKS))) {
        return Optional.empty();
      }
      for (var path : paths) {
        Files.createDirectories(to.resolve(path).getParent());
        Files.copy(
            from.resolve(path),
            to.resolve(path),
            StandardCopyOption.COPY_ATTRIBUTES,
            StandardCopyOption.REPLACE_EXISTING,
            LinkOption.NOFOLLOW_LINKS);
      }
      Files.copy(from.resolve(LIST), to.resolve(LIST), StandardCopyOption.REPLACE_EXISTING);
      return Optional.of(paths.size());
    } catch (IOException e) {
      throw new UncheckedIOException(
          "copying what was installed from %s to %s: %s".formatted(from, to, e.getMessage()), e);
    }
  }

  private static String sha256(String text) {
    try {
      var digest = MessageDigest.getInstance("SHA-256");
      return HexFormat.of().formatHex(digest.digest(text.getBytes(StandardCharsets.UTF_8)));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java has SHA-256", e);
    }
  }
}
