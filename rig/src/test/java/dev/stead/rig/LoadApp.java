package dev.stead.rig;

import dev.stead.rig.host.Project;
import dev.stead.rig.load.Report;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.stream.IntStream;

/// The app that load is sent to, `rig/apps/load`.
public final class LoadApp {
  public static final String NAME = "load";

  private LoadApp() {}

  /// A copy whose instances write the ids they count into one file of the project's directory.
  public static Project project() {
    var project = Project.copyOf("rig/apps/load");
    project.write("counted", "");
    project.write("edition", "the first");
    project.replace("stead.toml", "\"load.py\"", "\"load.py\", \"edition\"");
    return project.write(
        "stead.toml",
        project.read("stead.toml") + "%n[env]%nCOUNTED = \"%s\"%n".formatted(counted(project)));
  }

  static Path counted(Project project) {
    return project.directory().resolve("counted");
  }

  /// The ids that do not stand exactly once in the file where the app counts them.
  static List<String> miscounted(Path file, Report report) throws IOException {
    var counts = new HashMap<String, Integer>();
    IntStream.range(0, report.posted()).forEach(n -> counts.put("id-" + n, 0));
    Files.readAllLines(file).forEach(id -> counts.merge(id, 1, Integer::sum));
    return counts.entrySet().stream()
        .filter(count -> count.getValue() != 1)
        .map(count -> "%s %d times".formatted(count.getKey(), count.getValue()))
        .toList();
  }
}
