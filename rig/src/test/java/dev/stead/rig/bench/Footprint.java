package dev.stead.rig.bench;

import dev.stead.rig.LoadApp;
import dev.stead.rig.host.Eventually;
import dev.stead.rig.host.Project;
import dev.stead.rig.host.Stead;
import dev.stead.rig.load.Kind;
import dev.stead.rig.load.MixedLoad;
import dev.stead.rig.server.Requirements;
import dev.stead.rig.server.Rig;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;

/// `bench/footprint [--server]`: what Stead costs this machine, or a small server. Times are
/// medians of several runs.
final class Footprint {
  private static final int RUNS = 7;
  private static final Duration LOADED = Duration.ofSeconds(10);
  private static final Duration SETTLE = Duration.ofMillis(300);
  private static final Duration PATIENCE = Duration.ofSeconds(30);

  private Footprint() {}

  static void measure(Bars bars, List<String> arguments) throws Exception {
    if (arguments.contains("--server")) {
      ServerFootprint.measure(bars);
    } else {
      here(bars);
      overSsh(bars);
    }
  }

  private static void here(Bars bars) throws Exception {
    try (var project = LoadApp.project();
        var stead = Stead.fresh()) {
      stead.up(project);
      Eventually.pass(Duration.ofSeconds(2));
      bars.atMost("pss-idle", mebibytes(stead), "MiB", 160);
      cli(bars, stead, project);
      redeploy(bars, stead, project);
      starts(stead);
      try (var load = MixedLoad.start(stead.edge(), Duration.ofSeconds(1), LOADED, 1)) {
        load.awaitFlow();
        Eventually.pass(LOADED);
        System.out.printf(
            "under load: %d MiB after %s%n", mebibytes(stead), load.report().of(Kind.GET));
      }
    }
  }

  private static void cli(Bars bars, Stead stead, Project project) throws Exception {
    bars.atMost("cli-help", median(() -> stead.run(project, "--help").succeeded()), "ms", 150);
    bars.atMost("cli-status", median(() -> stead.run(project, "status").succeeded()), "ms", 250);
  }

  /// A command after the first one to a server, which shares the connection that the first has
  /// made.
  private static void overSsh(Bars bars) throws Exception {
    var missing = Requirements.missing();
    if (!missing.isEmpty()) {
      System.out.println("not measured: cli-status-ssh, since this machine lacks " + missing);
      return;
    }
    try (var rig = Rig.open();
        var server = rig.debian12();
        var laptop = rig.laptop(server)) {
      laptop.run("seed", server.alias()).succeeded();
      laptop.run("status", "--server", server.alias()).succeeded();
      bars.atMost(
          "cli-status-ssh",
          median(() -> laptop.run("status", "--server", server.alias()).succeeded()),
          "ms",
          250);
    }
  }

  /// What is left of an unchanged redeploy without settle and the app's own start.
  private static void redeploy(Bars bars, Stead stead, Project project) throws Exception {
    var whole = median(() -> stead.deploy(project));
    var appStart = median(() -> startApp(project));
    System.out.printf(
        "unchanged redeploy: %d ms, of it settle %d ms and the app's start %d ms%n",
        whole, SETTLE.toMillis(), appStart);
    bars.atMost("redeploy-own-share", whole - SETTLE.toMillis() - appStart, "ms", 1_000);
  }

  /// From the death of a process until its successor answers.
  private static void starts(Stead stead) throws Exception {
    System.out.printf(
        "edge killed, until it answers: %d ms%n",
        median(
            () -> {
              stead.killEdge();
              Eventually.succeeds(
                  "the edge", PATIENCE, () -> stead.get(LoadApp.NAME, "/hello").status() == 200);
              return stead;
            }));
    System.out.printf(
        "agent killed, until it answers: %d ms%n",
        median(
            () -> {
              var before = stead.client().status().startedAt();
              stead.killAgent();
              Eventually.succeeds(
                  "the agent", PATIENCE, () -> stead.client().status().startedAt().isAfter(before));
              return stead;
            }));
  }

  private static Process startApp(Project project) throws Exception {
    var port = Stead.freePort();
    var builder = new ProcessBuilder("python3", "load.py").directory(project.directory().toFile());
    builder.environment().put("PORT", Integer.toString(port));
    var app = builder.redirectErrorStream(true).start();
    try {
      Eventually.succeeds(
          "the app's port",
          PATIENCE,
          () -> {
            new Socket(InetAddress.getLoopbackAddress(), port).close();
            return true;
          });
    } finally {
      app.destroyForcibly();
    }
    return app;
  }

  private static long median(Callable<?> action) throws Exception {
    var millis = new ArrayList<Long>();
    for (var i = 0; i < RUNS; i++) {
      var began = System.nanoTime();
      action.call();
      millis.add(TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - began));
    }
    return millis.stream().sorted().skip(RUNS / 2).findFirst().orElseThrow();
  }

  /// The proportional set size of agent and edge together.
  private static long mebibytes(Stead stead) throws IOException {
    var kibibytes = 0L;
    for (var pid : List.of(stead.agentPid(), stead.edgePid())) {
      for (var line : Files.readAllLines(Path.of("/proc/" + pid + "/smaps_rollup"))) {
        if (line.startsWith("Pss:")) {
          kibibytes += Long.parseLong(line.replaceAll("\\D", ""));
        }
      }
    }
    return kibibytes >> 10;
  }
}
