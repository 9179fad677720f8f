package dev.stead.rig;

import dev.stead.rig.host.Project;
import java.nio.file.Path;

/// The app that load is sent to, `rig/apps/load`.
final class LoadApp {
  private LoadApp() {}

  /// A copy whose instances write the ids they count into one file of the project's directory.
  static Project project() {
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
}
