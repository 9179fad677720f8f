package dev.stead.agent.supervisor;

import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.lang.ProcessBuilder.Redirect;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;

/// The program `shim.sh` in the home, and the starting of instances and tasks through it.
/// Everything is started in a session of its own, so that neither the agent's death nor the
/// terminal's Ctrl-C reaches it.
final class Shim {
  private static final List<String> INHERITED = List.of("PATH", "HOME", "LANG", "TZ");

  private final Path program;
  private final Map<String, String> agentEnvironment;

  private Shim(Path program, Map<String, String> agentEnvironment) {
    this.program = program;
    this.agentEnvironment = agentEnvironment;
  }

  /// Writes the program. A shim that runs an older one keeps that: the file is replaced, never
  /// written to.
  static Shim install(Path home, Map<String, String> agentEnvironment) {
    Path program = home.resolve("shim.sh");
    try (InputStream resource = Shim.class.getResourceAsStream("shim.sh")) {
      if (resource == null) {
        throw new IllegalStateException("shim.sh is missing beside " + Shim.class);
      }
      Path temporary = home.resolve("shim.sh.new");
      Files.copy(resource, temporary, StandardCopyOption.REPLACE_EXISTING);
      Files.move(temporary, program, StandardCopyOption.ATOMIC_MOVE);
    } catch (IOException e) {
      throw new UncheckedIOException("cannot write " + program, e);
    }
    return new Shim(program, agentEnvironment);
  }

  /// Starts the shim of one run.
  Process start(InstanceSpec spec, InstanceFiles files, String run, List<Path> doors)
      throws IOException {
    List<String> words = words(files.directory().toString(), run, spec.command());
    doors.forEach(door -> words.add(door.toString()));
    return builder(words, spec.directory(), spec.environment())
        .redirectInput(new File("/dev/null"))
        .redirectOutput(Redirect.DISCARD)
        .redirectError(files.shimLog().toFile())
        .start();
  }

  /// Starts a task, whose three streams are pipes.
  ///
  /// @param mark tells its processes from all others
  Process start(TaskSpec spec, Path mark, List<Path> doors) throws IOException {
    List<String> words = words("--task", mark.toString(), Integer.toString(doors.size()));
    doors.forEach(door -> words.add(door.toString()));
    words.addAll(
        spec.terminal()
            .map(size -> PseudoTerminal.command(spec.command(), size))
            .orElse(spec.command()));
    return builder(words, spec.directory(), spec.environment()).start();
  }

  private List<String> words(String... arguments) {
    List<String> words = new ArrayList<>(List.of("setsid", "/bin/sh", program.toString()));
    words.addAll(List.of(arguments));
    return words;
  }

  /// One word for a POSIX shell, whatever is in it.
  static String quoted(String word) {
    return "'" + word.replace("'", "'\\''") + "'";
  }

  private ProcessBuilder builder(
      List<String> words, Path directory, SortedMap<String, String> wanted) throws IOException {
    if (!Files.isDirectory(directory)) {
      throw new IOException("its working directory %s does not exist".formatted(directory));
    }
    ProcessBuilder builder = new ProcessBuilder(words).directory(directory.toFile());
    Map<String, String> environment = builder.environment();
    environment.clear();
    INHERITED.stream()
        .filter(agentEnvironment::containsKey)
        .forEach(name -> environment.put(name, agentEnvironment.getOrDefault(name, "")));
    environment.putAll(wanted);
    return builder;
  }
}
