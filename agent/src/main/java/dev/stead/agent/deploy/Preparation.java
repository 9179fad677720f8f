package dev.stead.agent.deploy;

import dev.stead.agent.bundle.Sharing;
import dev.stead.sdk.Code;
import dev.stead.sdk.Problem;
import dev.stead.sdk.ProblemException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/// Makes the directory that a release runs in: its bundle's files, and its volumes linked in.
final class Preparation {
  private final Workshop parts;
  private final EventLog events;

  Preparation(Workshop parts, EventLog events) {
    this.parts = parts;
    this.events = events;
  }

  /// Makes the directory, or completes one that is there.
  ///
  /// @throws ProblemException when the machine lacks something that the release needs
  Path prepare(Release release) {
    requireCpuFeatures(release);
    requirePackages(release);
    var config = release.config();
    var sharing = config.install().isPresent() ? Sharing.COPIES : Sharing.HARD_LINKS;
    var directory =
        parts.bundles().materialise(release.bundle(), release.app(), release.number(), sharing);
    try {
      for (var volume : config.volumes().entrySet()) {
        var opened =
            parts.volumes().open(release.app(), volume.getKey(), volume.getValue().sizeBytes());
        opened.notes().forEach(events::note);
        parts.supervisor().own(release.app(), opened.path());
        link(directory, opened.path(), volume.getKey(), volume.getValue().path());
      }
    } catch (IOException e) {
      throw new UncheckedIOException(
          "linking the volumes of %s into %s: %s"
              .formatted(release.app(), directory, e.getMessage()),
          e);
    }
    parts.supervisor().own(release.app(), directory);
    return directory;
  }

  private void requireCpuFeatures(Release release) {
    var wanted = release.config().system().cpuFeatures();
    if (wanted.isEmpty()) {
      return;
    }
    var lacking = new ArrayList<>(wanted);
    lacking.removeAll(parts.machine().cpuFeatures());
    if (!lacking.isEmpty()) {
      throw new ProblemException(
          Problem.of(
              Code.NO_CPU_FEATURE,
              "checking the processor for " + title(release),
              "it lacks " + String.join(", ", lacking)));
    }
  }

  private void requirePackages(Release release) {
    var wanted = release.config().system().packages();
    if (wanted.isEmpty()) {
      return;
    }
    var missing = parts.packages().missing(wanted);
    if (missing.isEmpty()) {
      events.note("cannot tell which system packages are installed here; not checked");
    } else if (!missing.orElseThrow().isEmpty()) {
      install(release, missing.orElseThrow());
    }
  }

  private void install(Release release, List<String> missing) {
    var names = String.join(", ", missing);
    if (!parts.packages().installs()) {
      throw noPackage(release, "not installed: " + names);
    }
    events.note("installing the system packages " + names);
    try {
      parts.packages().install(missing, events::output);
    } catch (IOException e) {
      throw noPackage(release, "%s could not be installed: %s".formatted(names, e.getMessage()));
    }
  }

  private static ProblemException noPackage(Release release, String why) {
    return new ProblemException(
        Problem.of(Code.NO_PACKAGE, "checking the system packages for " + title(release), why));
  }

  private void link(Path release, Path volume, String name, String path) throws IOException {
    var link = release.resolve(path).normalize();
    if (Files.isSymbolicLink(link) && Files.readSymbolicLink(link).equals(volume)) {
      return;
    }
    if (Files.exists(link, LinkOption.NOFOLLOW_LINKS)) {
      events.note("the bundle's own %s is hidden by volume %s".formatted(path, name));
      delete(link);
    }
    Files.createDirectories(link.getParent());
    Files.createSymbolicLink(link, volume);
  }

  private static void delete(Path tree) throws IOException {
    List<Path> all;
    try (var walk = Files.walk(tree)) {
      all = walk.sorted(Comparator.reverseOrder()).toList();
    }
    for (var path : all) {
      Files.delete(path);
    }
  }

  /// The paths of a release's directory that its bundle does not have, volumes left out.
  Set<Path> added(Release release, Path directory) throws IOException {
    var known = new TreeSet<Path>();
    for (var file : parts.bundles().manifest(release.bundle()).files()) {
      known.add(Path.of(file.path()));
    }
    release.config().volumes().values().forEach(volume -> known.add(Path.of(volume.path())));
    try (var walk = Files.walk(directory)) {
      var added = new TreeSet<Path>();
      walk.filter(path -> !Files.isDirectory(path, LinkOption.NOFOLLOW_LINKS))
          .map(directory::relativize)
          .filter(path -> !known.contains(path))
          .forEach(added::add);
      return added;
    }
  }

  private static String title(Release release) {
    return "%s v%d".formatted(release.app(), release.number());
  }
}
