package dev.stead.cli.ssh;

import dev.stead.sdk.Code;
import dev.stead.sdk.Problem;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/// The calls of the program `ssh` for one server.
///
/// @param configuration a file used instead of `~/.ssh/config`; empty for that
record Ssh(
    Destination destination,
    String configuration,
    Connection.Questions questions,
    ControlDirectory.Sockets sockets) {

  /// An idle master ends after this many seconds.
  private static final int IDLE_SECONDS = 600;

  private static final int CONNECT_SECONDS = 15;

  /// How long anything may take that asks nobody and connects to nobody.
  private static final Duration SHORT = Duration.ofSeconds(10);

  /// A making of a connection that asks nobody.
  private static final Duration UNASKED = Duration.ofSeconds(60);

  /// Starts the master and waits until the server has let this user in.
  ///
  /// @return its exit code; what it said stands in the log
  int startMaster() throws IOException {
    var call = base();
    call.addAll(List.of("-M", "-N", "-f", "-T", "-S", sockets.control().toString()));
    call.addAll(List.of("-E", sockets.log().toString()));
    for (var option :
        List.of(
            "ControlPersist=" + IDLE_SECONDS,
            "ConnectTimeout=" + CONNECT_SECONDS,
            "ServerAliveInterval=5",
            "ServerAliveCountMax=3",
            // Forwards of the user's own would be refused by a second connection.
            "ClearAllForwardings=yes",
            "RemoteCommand=none",
            "PermitLocalCommand=no",
            "ForwardAgent=no",
            "ForwardX11=no",
            "StreamLocalBindMask=0177",
            "StreamLocalBindUnlink=yes")) {
      call.addAll(List.of("-o", option));
    }
    boolean silent = questions == Connection.Questions.REFUSED;
    if (silent) {
      call.addAll(List.of("-o", "BatchMode=yes"));
    }
    call.addAll(List.of("--", destination.text()));
    var process = spoken(call);
    return silent ? exit(process, UNASKED) : exit(process);
  }

  /// Has the master listen here for the server's socket.
  int forward(Path near, String far) throws IOException {
    return exit(control("forward", "-L", near + ":" + far), SHORT);
  }

  void endMaster() throws IOException {
    exit(control("exit"), SHORT);
  }

  /// Starts a command there, through the master.
  Process start(String command) throws IOException {
    return started(new ProcessBuilder(shared(command)));
  }

  /// Opens a TCP connection from there, through the master.
  Process tunnel(String host, int port) throws IOException {
    var call = base();
    call.addAll(List.of("-S", sockets.control().toString(), "-o", "ControlMaster=no"));
    call.addAll(List.of("-o", "BatchMode=yes", "-W", host + ":" + port));
    call.addAll(List.of("--", destination.text()));
    return started(new ProcessBuilder(call).redirectError(ProcessBuilder.Redirect.DISCARD));
  }

  /// What a command there prints.
  String output(String command, Duration within) throws IOException {
    var process = spoken(shared(command), ProcessBuilder.Redirect.PIPE);
    return printed(process, within);
  }

  /// What `~/.ssh/config` makes of one of its keywords for this server; empty when nothing.
  String resolved(String keyword) throws IOException {
    var call = base();
    call.addAll(List.of("-G", "--", destination.text()));
    var builder =
        new ProcessBuilder(call)
            .redirectInput(ProcessBuilder.Redirect.from(Path.of("/dev/null").toFile()));
    builder.redirectError(ProcessBuilder.Redirect.DISCARD);
    var text = printed(started(builder), SHORT);
    return text.lines()
        .filter(line -> line.startsWith(keyword + " "))
        .map(line -> line.substring(keyword.length() + 1).strip())
        .filter(value -> !value.equals("none"))
        .findFirst()
        .orElse("");
  }

  private List<String> base() {
    var call = new ArrayList<>(List.of("ssh"));
    if (!configuration.isEmpty()) {
      call.addAll(List.of("-F", configuration));
    }
    return call;
  }

  private List<String> shared(String command) {
    var call = base();
    call.addAll(List.of("-T", "-S", sockets.control().toString(), "-o", "ControlMaster=no"));
    call.addAll(List.of("-o", "BatchMode=yes", "-o", "ClearAllForwardings=yes"));
    call.addAll(List.of("-o", "RemoteCommand=none", "-o", "LogLevel=ERROR"));
    call.addAll(List.of("--", destination.text(), command));
    return call;
  }

  private Process control(String order, String... more) throws IOException {
    var call = base();
    call.addAll(List.of("-S", sockets.control().toString(), "-O", order));
    call.addAll(List.of(more));
    call.addAll(List.of("--", destination.text()));
    return spoken(call);
  }

  private Process spoken(List<String> call) throws IOException {
    return spoken(call, ProcessBuilder.Redirect.DISCARD);
  }

  /// With what it says in the log: the master stays in the background and would hold a pipe open.
  private Process spoken(List<String> call, ProcessBuilder.Redirect output) throws IOException {
    return started(
        new ProcessBuilder(call)
            .redirectInput(ProcessBuilder.Redirect.from(Path.of("/dev/null").toFile()))
            .redirectOutput(output)
            .redirectError(ProcessBuilder.Redirect.appendTo(sockets.log().toFile())));
  }

  private Process started(ProcessBuilder builder) throws IOException {
    // Its messages are read: they should be the ones we know.
    builder.environment().put("LC_ALL", "C");
    try {
      return builder.start();
    } catch (IOException e) {
      var missing =
          Problem.of(
              Code.SSH_MISSING,
              "connecting to " + destination + " by ssh",
              String.valueOf(e.getMessage()));
      throw new UnreachableException(missing, e);
    }
  }

  private String printed(Process process, Duration within) throws IOException {
    var text = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    exit(process, within);
    return text;
  }

  private int exit(Process process) throws IOException {
    try {
      return process.waitFor();
    } catch (InterruptedException e) {
      throw interrupted(process, e);
    }
  }

  private int exit(Process process, Duration within) throws IOException {
    try {
      if (process.waitFor(within.toMillis(), TimeUnit.MILLISECONDS)) {
        return process.exitValue();
      }
    } catch (InterruptedException e) {
      throw interrupted(process, e);
    }
    process.destroy();
    var slow =
        Problem.of(
            Code.SSH_TIMEOUT,
            "connecting to " + destination + " by ssh",
            "ssh did not end within %d s".formatted(within.toSeconds()));
    throw new UnreachableException(slow);
  }

  private IOException interrupted(Process process, InterruptedException e) {
    process.destroy();
    Thread.currentThread().interrupt();
    return new IOException("interrupted while connecting to " + destination, e);
  }
}
