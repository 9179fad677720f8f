package dev.stead.rig.host;

import static org.assertj.core.api.Assertions.assertThat;

import dev.stead.sdk.Client;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/// A Stead in a directory of its own, used as a user uses it: through the CLI of the distribution,
/// as a process. Closing it ends it and proves that nothing is left: no process, no listener, no
/// control group, no file.
public final class Stead implements Installation {
  /// A deploy may build by Maven, which may have to fetch what it needs first.
  private static final Duration PATIENCE = Duration.ofMinutes(5);

  private static final Path NOTHING = Path.of("/dev/null");

  private final Path distribution;
  private final Path scratch;
  private final int port;
  private final int tlsPort;
  private final AtomicInteger calls = new AtomicInteger();
  private @Nullable SmallDisk disk;

  private Stead(Path distribution, Path scratch) {
    this.distribution = distribution;
    this.scratch = scratch;
    this.port = freePort();
    this.tlsPort = freePort();
  }

  /// One whose home is a disk of its own, of so many megabytes.
  public static Stead onSmallDisk(int mebibytes) {
    var stead = fresh();
    stead.disk = SmallDisk.mount(stead.home(), mebibytes);
    return stead;
  }

  /// One that nobody has used yet. It does not run before `up`.
  public static Stead fresh() {
    try {
      // Short, since the path of a unix socket has at most 107 bytes.
      var scratch = Files.createTempDirectory("rig-");
      Files.createDirectories(scratch.resolve("user"));
      Files.createDirectories(scratch.resolve("printed"));
      return new Stead(Distribution.directory(), scratch);
    } catch (IOException e) {
      throw new UncheckedIOException("making a home for a Stead", e);
    }
  }

  /// A port below the range that the system takes ports for connections from (on Linux 32768 and
  /// above), and that of the instances: it is not taken before a Stead has it.
  public static int freePort() {
    return RandomGenerator.getDefault()
        .ints(16_000, 20_000)
        .filter(Stead::isFree)
        .findFirst()
        .orElseThrow();
  }

  private static boolean isFree(int port) {
    try (var socket = new ServerSocket(port)) {
      return socket.isBound();
    } catch (IOException e) {
      return false;
    }
  }

  public Path home() {
    return scratch.resolve("home");
  }

  public int port() {
    return port;
  }

  /// Calls the CLI in a project's directory and waits for its end.
  public Outcome run(Project project, String... arguments) {
    return start(project, arguments).await(PATIENCE);
  }

  /// Calls the CLI with something piped into it.
  public Outcome runWithInput(Project project, String input, String... arguments) {
    var file = printed(".in");
    write(file, input);
    return start(project.directory(), file, arguments).await(PATIENCE);
  }

  /// Calls the CLI outside any project.
  public Outcome run(String... arguments) {
    return start(scratch.resolve("user"), NOTHING, arguments).await(PATIENCE);
  }

  @Override
  public Running start(Project project, String... arguments) {
    return start(project.directory(), NOTHING, arguments);
  }

  /// Calls the CLI with a meter between it and the agent, see [#meter].
  public Outcome runMetered(Project project, String... arguments) {
    return start(project.directory(), NOTHING, meteredHome(), arguments).await(PATIENCE);
  }

  /// Opens what [#runMetered] goes through.
  public SocketMeter meter() {
    try {
      Files.createDirectories(meteredHome());
      for (var file : List.of("settings.json", "keeper.pid")) {
        if (Files.exists(home().resolve(file))) {
          Files.copy(home().resolve(file), meteredHome().resolve(file));
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException("making " + meteredHome(), e);
    }
    return SocketMeter.open(meteredHome().resolve("agent.sock"), home().resolve("agent.sock"));
  }

  private Path meteredHome() {
    return scratch.resolve("metered");
  }

  private Running start(Path directory, Path input, String... arguments) {
    return start(directory, input, home(), arguments);
  }

  private Running start(Path directory, Path input, Path home, String... arguments) {
    calls.incrementAndGet();
    var out = printed(".out");
    var err = printed(".err");
    var command = new ArrayList<>(List.of(distribution.resolve("bin/stead").toString()));
    command.addAll(List.of(arguments));
    var builder =
        new ProcessBuilder(command)
            .directory(directory.toFile())
            .redirectInput(input.toFile())
            .redirectOutput(out.toFile())
            .redirectError(err.toFile());
    builder.environment().put("STEAD_HOME", home.toString());
    builder.environment().put("CI", "true");
    try {
      return new Running("stead " + String.join(" ", arguments), builder.start(), out, err);
    } catch (IOException e) {
      throw new UncheckedIOException("starting " + command, e);
    }
  }

  private Path printed(String suffix) {
    return scratch.resolve("printed").resolve(calls.get() + suffix);
  }

  /// `stead up` in a project, left running.
  public Outcome up(Project project) {
    return run(project, "up", "--detach", "--port", Integer.toString(port)).succeeded();
  }

  /// The same, with a port for https beside it.
  public Outcome upWithTls(Project project) {
    var ports =
        List.of("--port", Integer.toString(port), "--https-port", Integer.toString(tlsPort));
    var words = new ArrayList<>(List.of("up", "--detach"));
    words.addAll(ports);
    return run(project, words.toArray(String[]::new)).succeeded();
  }

  public Outcome deploy(Project project) {
    return run(project, "deploy").succeeded();
  }

  @Override
  public Entrance edge() {
    return Entrance.plain(port);
  }

  @Override
  public Entrance tls() {
    return Entrance.tls(new InetSocketAddress(InetAddress.getLoopbackAddress(), tlsPort));
  }

  @Override
  public Client client() {
    return new Client(home().resolve("agent.sock"), "rig@test");
  }

  /// Asks an app through the edge, over a connection of its own.
  public Answer get(String app, String path) throws IOException {
    try (var connection = new Connection(edge(), app)) {
      connection.sendHead("GET", path, "");
      var head = connection.readHead();
      return new Answer(head.status(), head.headers(), connection.readBody(head));
    }
  }

  /// What an app answered.
  ///
  /// @param headers by lower-case name
  public record Answer(int status, Map<String, String> headers, String body) {}

  public List<Processes.Seen> processes() {
    return Processes.of(home());
  }

  public long agentPid() {
    return pidOf("dev.stead.agent.Main");
  }

  public long edgePid() {
    return pidOf("dev.stead.edge.Main");
  }

  /// kill -9. The keeper starts it again.
  public void killAgent() {
    Processes.signal("KILL", agentPid());
  }

  public void killEdge() {
    Processes.signal("KILL", edgePid());
  }

  private long pidOf(String mainClass) {
    return processes().stream()
        .filter(seen -> seen.runs(mainClass))
        .findFirst()
        .orElseThrow(() -> new AssertionError("no " + mainClass + " runs, only " + processes()))
        .pid();
  }

  /// What agent and edge printed, for the message of a failed assertion.
  public String logs() {
    var text = new StringBuilder();
    for (var log : List.of("agent.log", "edge.log")) {
      text.append("--- ").append(log).append('\n').append(readIfThere(home().resolve(log)));
    }
    return text.toString();
  }

  /// `stead down`, then the proof that it has ended whole. The home stays.
  public void down() {
    var groups = ControlGroups.namesOf(processes());
    run("down").succeeded();
    assertEnded(groups);
  }

  private void assertEnded(Set<String> groups) {
    Eventually.until(
        () -> "the end of " + processes() + "\n" + logs(),
        Duration.ofSeconds(5),
        () -> processes().isEmpty());
    assertThat(ControlGroups.find(groups)).as("control groups left").isEmpty();
    assertThat(portIsFree()).as("port %d is free again", port).isTrue();
  }

  private boolean portIsFree() {
    try (var socket = new ServerSocket()) {
      socket.setReuseAddress(true);
      socket.bind(edge().address());
      return true;
    } catch (IOException e) {
      return false;
    }
  }

  @Override
  public void close() {
    try {
      if (Files.exists(home())) {
        down();
      }
    } finally {
      processes().forEach(seen -> Processes.signal("KILL", seen.pid()));
      if (disk != null) {
        disk.close();
      }
      Directories.delete(scratch);
    }
  }

  private static void write(Path file, String text) {
    try {
      Files.writeString(file, text);
    } catch (IOException e) {
      throw new UncheckedIOException("writing " + file, e);
    }
  }

  private static String readIfThere(Path file) {
    try {
      return Files.exists(file) ? Files.readString(file) : "";
    } catch (IOException e) {
      throw new UncheckedIOException("reading " + file, e);
    }
  }
}
