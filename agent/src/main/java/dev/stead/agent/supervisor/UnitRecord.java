package dev.stead.agent.supervisor;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.stream.Stream;

/// What is known of one unit's runs, in a directory that only root may enter and that is gone after
/// a reboot. Written by `unit.sh`, where its files are drawn, but for `start`, the [StartScript].
record UnitRecord(Path directory) {

  void create() throws IOException {
    Files.createDirectories(
        directory,
        PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
  }

  void writeScript(byte[] script) throws IOException {
    Path temporary = directory.resolve("start.new");
    Files.write(temporary, script);
    Files.setPosixFilePermissions(temporary, PosixFilePermissions.fromString("rw-------"));
    Files.move(temporary, script(), StandardCopyOption.ATOMIC_MOVE);
  }

  Path script() {
    return directory.resolve("start");
  }

  /// Says why the run under way is going to be ended.
  void condemn(Verdict why) throws IOException {
    Path temporary = directory.resolve("verdict.new");
    Files.writeString(temporary, why.aliveFor().toSeconds() + " " + why.answer() + "\n");
    Files.move(temporary, directory.resolve("verdict"), StandardCopyOption.ATOMIC_MOVE);
  }

  /// Begins anew: no end is known, and nothing is to be waited for.
  void clear() throws IOException {
    for (String name : List.of("pid", "began", "until", "quick", "kills", "verdict", "ends")) {
      Files.deleteIfExists(directory.resolve(name));
    }
  }

  /// The first process of the run under way.
  Optional<ProcessId> process() {
    return words("pid")
        .filter(words -> words.length == 2)
        .map(words -> new ProcessId(Long.parseLong(words[0]), Long.parseLong(words[1])));
  }

  Instant since() {
    return instant("began").orElse(Instant.EPOCH);
  }

  /// When the next run may start.
  Optional<Instant> until() {
    return instant("until");
  }

  /// What the group's counter of kills for memory said before the run under way.
  OptionalLong killsBefore() {
    return Processes.number(directory.resolve("kills"));
  }

  private Optional<Instant> instant(String file) {
    return words(file).map(words -> Instant.ofEpochSecond(Long.parseLong(words[0])));
  }

  private Optional<String[]> words(String file) {
    return Processes.read(directory.resolve(file))
        .map(String::strip)
        .filter(text -> !text.isEmpty())
        .map(text -> text.split(" ", -1));
  }

  /// How many ends are written down.
  int ends() {
    return (int) lines().count();
  }

  /// How it ended last.
  Optional<Exit> lastExit(OptionalLong limitBytes) {
    return lines().reduce((_, last) -> last).map(line -> exit(line, limitBytes));
  }

  private Stream<String> lines() {
    return Processes.read(directory.resolve("ends")).stream().flatMap(String::lines);
  }

  /// `SECONDS CODE STATUS OOM PEAK`, and behind that the answer of one that was not alive.
  static Exit exit(String line, OptionalLong limitBytes) {
    String[] words = line.split(" ", 6);
    Instant at = Instant.ofEpochSecond(Long.parseLong(words[0]));
    if (words.length == 6) {
      return new Exit.NotAlive(at, words[5]);
    }
    if (words[3].equals("yes")) {
      OptionalLong peak =
          words[4].equals("-") ? OptionalLong.empty() : OptionalLong.of(Long.parseLong(words[4]));
      return LiveRun.outOfMemory(at, limitBytes, peak);
    }
    return switch (words[1]) {
      case "exited" -> LiveRun.explained(at, Integer.parseInt(words[2]), false);
      case "killed" -> new Exit.Signal(at, words[2], false);
      case "dumped" -> new Exit.Signal(at, words[2], true);
      default -> new Exit.Unknown(at);
    };
  }

  void delete() {
    if (Files.notExists(directory)) {
      return;
    }
    try (Stream<Path> tree = Files.walk(directory)) {
      for (Path path : tree.sorted(Comparator.reverseOrder()).toList()) {
        Files.deleteIfExists(path);
      }
    } catch (IOException e) {
      throw new UncheckedIOException("cannot delete " + directory, e);
    }
  }
}
