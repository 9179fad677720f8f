package dev.stead.agent.supervisor;

import dev.stead.sdk.Wire;
import io.avaje.jsonb.Json;
import io.avaje.jsonb.Json.Naming;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.time.Instant;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.TreeMap;
import java.util.stream.Stream;

/// The directory of one instance, by which supervisor and shim know of each other.
///
/// | file | content | written by |
/// | --- | --- | --- |
/// | `spec.json` | what runs, but for the environment's values | supervisor |
/// | `run` | the run that may start: `NUMBER@BOOT-ID` | supervisor |
/// | `pid` | `RUN PID STARTTIME SHIM-PID SHIM-STARTTIME` | shim |
/// | `output` | what the instance printed | instance |
/// | `shim.log` | what the shim's own shell says, such as `Aborted (core dumped)` | shim |
/// | `exit` | the exit status, `0` … `255`; it ended when this file was written | shim |
/// | `past.json` | restarts and last exit | supervisor |
///
/// Whole files appear by rename. They are not forced to disk: what they tell of does not outlive
/// the machine either.
final class InstanceFiles {
  private static final Path BOOT_ID = Path.of("/proc/sys/kernel/random/boot_id");

  private static final int DELETE_TRIES = 5;

  private final Path directory;

  InstanceFiles(Path directory) {
    this.directory = directory;
  }

  /// What `spec.json` holds.
  ///
  /// @param app whose files they are, and `writable` what else it may write to: its [Access]
  /// @param groups the control groups of the run under way; none where memory is watched
  @Json(naming = Naming.LowerHyphen)
  record Spec(
      String command,
      String directory,
      OptionalInt port,
      OptionalLong memoryBytes,
      OptionalDouble cpu,
      String stopSignal,
      Duration stopTimeout,
      String app,
      List<String> writable,
      List<String> groups) {
    Spec {
      Objects.requireNonNull(command, "command is missing");
      Objects.requireNonNull(directory, "directory is missing");
      Objects.requireNonNull(stopSignal, "stop-signal is missing");
      Objects.requireNonNull(stopTimeout, "stop-timeout is missing");
      Objects.requireNonNull(app, "app is missing");
      Objects.requireNonNull(writable, "writable is missing");
      Objects.requireNonNull(groups, "groups is missing");
    }

    static Spec of(InstanceSpec spec, List<Path> groups) {
      return new Spec(
          spec.command(),
          spec.directory().toString(),
          spec.port(),
          spec.memoryBytes(),
          spec.cpu(),
          spec.stopSignal(),
          spec.stopTimeout(),
          spec.access().app(),
          names(spec.access().writable()),
          names(groups));
    }

    InstanceSpec withoutEnvironment(String id) {
      return new InstanceSpec(
          id,
          command,
          Path.of(directory),
          Collections.unmodifiableSortedMap(new TreeMap<>()),
          port,
          memoryBytes,
          cpu,
          stopSignal,
          stopTimeout,
          new Access(app, paths(writable)));
    }

    List<Path> groupPaths() {
      return paths(groups);
    }

    private static List<String> names(List<Path> paths) {
      return paths.stream().map(Path::toString).toList();
    }

    private static List<Path> paths(List<String> names) {
      return names.stream().map(Path::of).toList();
    }
  }

  /// What `past.json` holds.
  @Json(naming = Naming.LowerHyphen)
  record Past(int restarts, Optional<Exit> lastExit) {
    static final Past NONE = new Past(0, Optional.empty());
  }

  /// How a run ended as far as its shim tells.
  record Ending(int status, boolean coreDumped, Instant at) {}

  Path directory() {
    return directory;
  }

  String id() {
    return directory.getFileName().toString();
  }

  Path output() {
    return directory.resolve("output");
  }

  Path shimLog() {
    return directory.resolve("shim.log");
  }

  void create() throws IOException {
    Files.createDirectories(directory);
  }

  void writeSpec(Spec spec) throws IOException {
    replace("spec.json", Wire.write(spec));
  }

  /// Empty when the launch was cut off before it was written.
  Optional<Spec> spec() {
    return read("spec.json", Spec.class);
  }

  void writePast(Past past) throws IOException {
    replace("past.json", Wire.write(past));
  }

  Past past() {
    return read("past.json", Past.class).orElse(Past.NONE);
  }

  /// A file that a power cut left half written counts as missing: nothing runs after one.
  private <T> Optional<T> read(String name, Class<T> type) {
    try {
      return Processes.read(directory.resolve(name))
          .map(text -> Wire.read(text.getBytes(StandardCharsets.UTF_8), type));
    } catch (IllegalArgumentException e) {
      return Optional.empty();
    }
  }

  /// Permits one new run and returns its name: no shim that was started before may start anything
  /// from now on.
  String permit() throws IOException {
    String permitted = Processes.read(directory.resolve("run")).orElse("").split("@", -1)[0];
    long number = permitted.matches("[0-9]{1,18}") ? Long.parseLong(permitted) : 0;
    String run = (number + 1) + "@" + bootId();
    replace("run", (run + "\n").getBytes(StandardCharsets.UTF_8));
    return run;
  }

  /// Deletes what tells of a run that is over and accounted for.
  void clearRun() throws IOException {
    Files.deleteIfExists(directory.resolve("pid"));
    Files.deleteIfExists(directory.resolve("exit"));
  }

  /// The run that the instance's first process has recorded and that is not accounted for yet. One
  /// from before the machine was started has processes that are surely gone.
  Optional<Run> run() throws IOException {
    Path file = directory.resolve("pid");
    String line = Processes.read(file).orElse("").strip();
    if (line.isEmpty()) {
      return Optional.empty();
    }
    String[] words = line.split(" ", -1);
    Instant since = Files.getLastModifiedTime(file).toInstant();
    if (!words[0].endsWith("@" + bootId())) {
      return Optional.of(new Run(ProcessId.GONE, ProcessId.GONE, since));
    }
    return Optional.of(
        new Run(
            new ProcessId(Long.parseLong(words[1]), Long.parseLong(words[2])),
            new ProcessId(Long.parseLong(words[3]), Long.parseLong(words[4])),
            since));
  }

  /// Empty while it runs, and for ever when its shim was killed.
  Optional<Ending> ending() throws IOException {
    Path file = directory.resolve("exit");
    String status = Processes.read(file).orElse("").strip();
    if (!status.matches("[0-9]{1,3}")) {
      return Optional.empty();
    }
    boolean coreDumped = Processes.read(shimLog()).orElse("").contains("(core dumped)");
    Instant at = Files.getLastModifiedTime(file).toInstant();
    return Optional.of(new Ending(Integer.parseInt(status), coreDumped, at));
  }

  /// The last that shim and instance said, for a launch that failed.
  String lastWords() {
    String said = Processes.read(shimLog()).orElse("") + Processes.read(output()).orElse("");
    List<String> lines = said.strip().lines().toList();
    return lines.isEmpty() ? "it said nothing" : lines.getLast();
  }

  /// Deletes the directory, also when somebody who reads the output still writes beside it.
  void delete() {
    for (int tries = 1; Files.exists(directory); tries++) {
      try (Stream<Path> tree = Files.walk(directory)) {
        for (Path path : tree.sorted(Comparator.reverseOrder()).toList()) {
          Files.deleteIfExists(path);
        }
      } catch (IOException | UncheckedIOException e) {
        if (tries == DELETE_TRIES) {
          throw new IllegalStateException(
              "cannot delete %s: %s".formatted(directory, e.getMessage()), e);
        }
      }
    }
  }

  private void replace(String name, byte[] content) throws IOException {
    Path temporary = directory.resolve(name + ".new");
    Files.write(temporary, content);
    Files.move(temporary, directory.resolve(name), StandardCopyOption.ATOMIC_MOVE);
  }

  private static String bootId() {
    return Processes.read(BOOT_ID).map(String::strip).orElse("unknown");
  }
}
