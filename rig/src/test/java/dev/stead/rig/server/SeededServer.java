package dev.stead.rig.server;

import dev.stead.rig.host.Entrance;
import dev.stead.rig.host.Eventually;
import dev.stead.rig.host.Installation;
import dev.stead.rig.host.Outcome;
import dev.stead.rig.host.Project;
import dev.stead.rig.host.Running;
import dev.stead.sdk.Client;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.stream.Stream;

/// A server with Stead on it and the laptop that put it there. Closing it removes both.
public final class SeededServer implements Installation {
  private static final Duration PATIENCE = Duration.ofSeconds(30);
  private static final int PORT = 80;
  private static final int TLS_PORT = 443;

  private final Server server;
  private final Laptop laptop;
  private final Running tunnel;
  private final Path agent;

  private SeededServer(Server server, Laptop laptop, Running tunnel, Path agent) {
    this.server = server;
    this.laptop = laptop;
    this.tunnel = tunnel;
    this.agent = agent;
  }

  /// A Debian 12, seeded.
  public static SeededServer of(Rig rig) {
    var server = rig.debian12();
    var laptop = rig.laptop(server);
    laptop.run("seed", server.alias()).succeeded();
    var agent = laptop.home().resolve("near.sock");
    var tunnel =
        laptop.startProgram("ssh", "-N", "-L", agent + ":/run/stead/agent.sock", server.alias());
    Eventually.until(
        () -> "a tunnel to the agent; ssh printed: " + tunnel.printed(),
        PATIENCE,
        () -> Files.exists(agent));
    return new SeededServer(server, laptop, tunnel, agent);
  }

  @Override
  public Running start(Project project, String... arguments) {
    return laptop.start(project, forServer(arguments));
  }

  /// Calls the CLI in a project's directory, for this server, and waits for its end.
  public Outcome run(Project project, String... arguments) {
    return laptop.run(project, forServer(arguments));
  }

  private String[] forServer(String... arguments) {
    return Stream.concat(Arrays.stream(arguments), Stream.of("--server", server.alias()))
        .toArray(String[]::new);
  }

  /// Seeds it again, from another distribution, and waits until that one's edge is the only one.
  public void upgrade(Path distribution) {
    var before = version(server);
    var stead = distribution.resolve("bin/stead").toString();
    laptop.runProgram(stead, "seed", server.alias()).succeeded();
    if (version(server).equals(before)) {
      throw new AssertionError("no upgrade: it still is " + before);
    }
    awaitEdge(server, version(server));
  }

  /// `stead seed --back`, until the edge of the version before is the only one.
  public void goBack() {
    laptop.run("seed", server.alias(), "--back").succeeded();
    awaitEdge(server, version(server));
  }

  public Server server() {
    return server;
  }

  @Override
  public Client client() {
    return new Client(agent, "rig@test");
  }

  @Override
  public Entrance edge() {
    return Entrance.plain(new InetSocketAddress(server.address(), PORT));
  }

  @Override
  public Entrance tls() {
    return Entrance.tls(new InetSocketAddress(server.address(), TLS_PORT));
  }

  /// The version that a server has.
  public static String version(Server server) {
    return server.run("readlink /opt/stead/current").succeeded().out().strip();
  }

  /// Waits until the edge of this version is the only one.
  public static void awaitEdge(Server server, String version) {
    var units = "systemctl list-units --plain --no-legend 'stead-edge@*' | cut -d ' ' -f 1";
    Eventually.until(
        "the edge " + version + " alone",
        PATIENCE,
        () -> server.run(units).out().strip().equals("stead-edge@" + version + ".service"));
  }

  @Override
  public void close() {
    tunnel.close();
    laptop.close();
    server.close();
  }
}
