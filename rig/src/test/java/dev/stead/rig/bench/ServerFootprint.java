package dev.stead.rig.bench;

import dev.stead.rig.LoadApp;
import dev.stead.rig.host.Connection;
import dev.stead.rig.host.Eventually;
import dev.stead.rig.host.Project;
import dev.stead.rig.load.Kind;
import dev.stead.rig.load.MixedLoad;
import dev.stead.rig.server.Rig;
import dev.stead.rig.server.SeededServer;
import java.io.IOException;
import java.time.Duration;

/// `bench/footprint --server`: what Stead costs a server of 512 MiB, and how many apps of 60 MB
/// find room beside it.
final class ServerFootprint {
  private static final int SERVER_MEBIBYTES = 512;
  private static final int APPS_WANTED = 4;
  private static final Duration LOADED = Duration.ofSeconds(10);
  private static final Duration IDLE = Duration.ofSeconds(10);

  private static final String PSS =
      "for unit in stead-agent.service 'stead-edge@*'; do"
          + " cat /proc/$(systemctl show --property=MainPID --value \"$unit\")/smaps_rollup;"
          + " done | awk '/^Pss:/ { sum += $2 } END { print sum }'";

  private final SeededServer server;

  private ServerFootprint(SeededServer server) {
    this.server = server;
  }

  static void measure(Bars bars) throws IOException {
    try (var rig = Rig.open();
        var server = SeededServer.of(rig)) {
      server.server().limitMemory(SERVER_MEBIBYTES);
      server.server().reboot();
      var footprint = new ServerFootprint(server);
      Eventually.pass(IDLE);
      System.out.printf(
          "on a server of %d MiB, idle: PSS %d MiB%n", SERVER_MEBIBYTES, footprint.mebibytes());
      footprint.underLoad();
      footprint.apps(bars);
    }
  }

  private void underLoad() throws IOException {
    try (var project = LoadApp.onServer()) {
      server.run(project, "deploy").succeeded();
      try (var load = MixedLoad.start(server.edge(), Duration.ofSeconds(1), LOADED, 1)) {
        load.awaitFlow();
        Eventually.pass(LOADED);
        System.out.printf(
            "under load: PSS %d MiB after %s%n", mebibytes(), load.report().of(Kind.GET));
      }
      server.run(project, "stop").succeeded();
    }
  }

  /// Deploys one app after the other until one is refused, then each of them again.
  private void apps(Bars bars) throws IOException {
    var fitting = 0;
    while (deploys(fitting + 1, "first")) {
      fitting++;
    }
    var again = 0;
    for (var app = 1; app <= fitting; app++) {
      again += deploys(app, "second") ? 1 : 0;
    }
    System.out.printf(
        "%d apps of 60 MB fit, %d of them were deployed again; PSS %d MiB%n",
        fitting, again, mebibytes());
    bars.atLeast("apps-of-60-mb", fitting, "apps", APPS_WANTED);
    bars.atLeast("deployed-again", again, "apps", fitting);
  }

  private boolean deploys(int number, String edition) throws IOException {
    var name = "sixty-" + number;
    try (var project = Project.copyOf("rig/apps/sixty")) {
      project.replace("stead.toml", "sixty\"", name + "\"");
      project.replace("stead.toml", "sixty.localhost", name + ".localhost");
      project.write("edition", edition);
      var outcome = server.run(project, "deploy");
      outcome.text().lines().filter(line -> line.contains("strategy")).forEach(System.out::println);
      if (outcome.exit() != 0) {
        System.out.println(outcome.err());
        return false;
      }
      System.out.printf("%s, %s: %s", name, edition, answer(name));
      return true;
    }
  }

  private String answer(String app) throws IOException {
    try (var connection = new Connection(server.edge(), app)) {
      connection.sendHead("GET", "/", "");
      return connection.readBody(connection.readHead());
    }
  }

  /// The proportional set size of agent and edge together.
  private long mebibytes() {
    return Long.parseLong(server.server().run(PSS).succeeded().out().strip()) >> 10;
  }
}
