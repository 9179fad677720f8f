package dev.stead.rig.host;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/// The control groups that a Stead makes for its instances: one directory of its own per hierarchy.
final class ControlGroups {
  private static final Path ROOT = Path.of("/sys/fs/cgroup");
  private static final Pattern OURS = Pattern.compile("/(stead-[0-9a-f]+)(/|$)");

  private ControlGroups() {}

  /// The names of the directories that these processes are in.
  static Set<String> namesOf(List<Processes.Seen> processes) {
    return processes.stream()
        .flatMap(seen -> Processes.read(seen.pid(), "cgroup").lines())
        .flatMap(line -> OURS.matcher(line).results())
        .map(match -> match.group(1))
        .collect(Collectors.toSet());
  }

  /// Where directories of these names are.
  static List<Path> find(Set<String> names) {
    var found = new ArrayList<Path>();
    try {
      Files.walkFileTree(
          ROOT,
          new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult preVisitDirectory(Path group, BasicFileAttributes attributes) {
              if (names.contains(group.getFileName().toString())) {
                found.add(group);
              }
              return FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult visitFileFailed(Path file, IOException cause) {
              return FileVisitResult.CONTINUE; // another's group, gone meanwhile
            }
          });
    } catch (IOException e) {
      throw new UncheckedIOException("listing the control groups", e);
    }
    return found;
  }
}
