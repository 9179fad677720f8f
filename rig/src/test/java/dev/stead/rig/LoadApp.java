package dev.stead.rig;

import dev.stead.rig.host.Project;
import dev.stead.rig.load.Report;
import dev.stead.rig.server.SeededServer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.stream.IntStream;

/// The app that load is sent to, `rig/apps/load`.
public final class LoadApp {
  public static final String NAME = "load";

  private static final String IDS = "/var/lib/stead/volumes/load/counted/ids";

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

  /// A copy for a server, whose instances write the ids they count into a volume. They append to it
  /// side by side, so it needs no `hold`.
  public static Project onServer() {
    var project = Project.copyOf("rig/apps/load");
    project.write("edition", "the first");
    project.replace("stead.toml", "\"load.py\"", "\"load.py\", \"edition\"");
    project.replace("stead.toml", "[rollout]\n", "[rollout]\nstrategy = \"rolling\"\n");
    return project.write(
        "stead.toml",
        project.read("stead.toml")
            + """

            [env]
            COUNTED = "counted/ids"

            [system]
            packages = ["python3"]

            [volumes.counted]
            path = "counted"
            """);
  }

  static List<String> counted(SeededServer server) {
    return server.server().run("cat " + IDS).succeeded().out().lines().toList();
  }

  /// Lets the next load count from the beginning.
  static void forget(SeededServer server) {
    server.server().run("rm -f " + IDS).succeeded();
  }

  /// The ids that do not stand exactly once in the file where the app counts them.
  static List<String> miscounted(Path file, Report report) throws IOException {
    return miscounted(Files.readAllLines(file), report);
  }

  /// The ids that the app did not count exactly once.
  static List<String> miscounted(List<String> counted, Report report) {
    var counts = new HashMap<String, Integer>();
    IntStream.range(0, report.posted()).forEach(n -> counts.put("id-" + n, 0));
    counted.forEach(id -> counts.merge(id, 1, Integer::sum));
    return counts.entrySet().stream()
        .filter(count -> count.getValue() != 1)
        .map(count -> "%s %d times".formatted(count.getKey(), count.getValue()))
        .toList();
  }
}
