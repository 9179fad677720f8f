package dev.stead.edge;

import java.io.BufferedReader;
import java.io.BufferedWriter;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;

/// Stands in for systemd: holds a listening socket and starts edges, as processes, that inherit it
/// and tell how they are. It is the program `holder.py`, since Java cannot hand a socket down.
final class SocketHolder implements AutoCloseable {
  /// A JVM may take long to start on a busy machine.
  private static final Duration PROCESS_MAX = Duration.ofSeconds(60);

  private final Process process;
  private final BufferedWriter commands;
  private final int port;
  private final List<String> events = new CopyOnWriteArrayList<>();
  private final Map<String, Long> pids = new ConcurrentHashMap<>();
  private final Thread reader;

  SocketHolder() throws IOException {
    String script;
    try (var source = SocketHolder.class.getResourceAsStream("holder.py")) {
      script = new String(Objects.requireNonNull(source).readAllBytes(), StandardCharsets.UTF_8);
    }
    process =
        new ProcessBuilder("python3", "-c", script)
            .redirectError(ProcessBuilder.Redirect.INHERIT)
            .start();
    commands = process.outputWriter();
    BufferedReader printed = process.inputReader();
    port = Integer.parseInt(String.valueOf(printed.readLine()).replace("port ", ""));
    reader = Thread.ofVirtual().name("holder").start(() -> read(printed));
  }

  private void read(BufferedReader printed) {
    printed.lines().forEach(this::note);
  }

  private void note(String line) {
    String[] words = line.split(" ", 3);
    if (words[0].equals("started")) {
      pids.put(words[1], Long.parseLong(words[2]));
    }
    events.add(line);
  }

  int port() {
    return port;
  }

  /// Starts an edge and waits until it says that it serves.
  void start(String name, Path home) throws IOException {
    List<String> command = new ArrayList<>(List.of("start", name));
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(List.of("-Xmx64m", "-XX:TieredStopAtLevel=1", "-Xshare:auto"));
    command.addAll(List.of("--enable-native-access=ALL-UNNAMED", "-cp"));
    command.add(System.getProperty("java.class.path"));
    command.add(Main.class.getName());
    command.addAll(List.of("--home", home.toString()));
    commands.write(String.join("\t", command) + "\n");
    commands.flush();
    await("said " + name + " READY=1");
  }

  void signal(String name, String signal) throws IOException {
    new ProcessBuilder("kill", "-" + signal, Long.toString(pids.getOrDefault(name, 0L)))
        .inheritIO()
        .start();
  }

  boolean happened(String event) {
    return events.contains(event);
  }

  void await(String event) {
    Eventually.within(PROCESS_MAX, event, () -> happened(event));
  }

  @Override
  public void close() throws IOException {
    commands.close();
    Eventually.eventually(
        "the holder of the socket ends", () -> !process.isAlive() && !reader.isAlive());
  }
}
