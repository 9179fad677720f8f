package dev.stead.rig;

import dev.stead.rig.host.Project;

/// The app that calls of gRPC are made to, `rig/apps/calls`.
final class CallsApp {
  static final String NAME = "calls";

  private CallsApp() {}

  static Project project() {
    return edition(Project.copyOf("rig/apps/calls"), "the first");
  }

  /// Makes the next deploy another release.
  static Project edition(Project project, String edition) {
    return project.write("edition", edition);
  }
}
