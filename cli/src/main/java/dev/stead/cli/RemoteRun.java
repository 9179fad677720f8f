package dev.stead.cli;

import dev.stead.sdk.Client;
import dev.stead.sdk.ProblemException;
import dev.stead.sdk.Requests;
import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;

/// One command that the agent runs in a release's context, with this process' input and output.
/// When this process ends, so does the command.
final class RemoteRun {
  private static final int OUTPUT = 1;
  private static final int ERROR_OUTPUT = 2;
  private static final int END = 3;
  private static final int FRAME_BYTES_MAX = 16 << 20;

  private final Terminal terminal;
  private final Client client;
  private final String app;

  RemoteRun(Surroundings surroundings, String app) throws IOException {
    this.terminal = surroundings.terminal();
    this.client = surroundings.client();
    this.app = app;
  }

  /// Runs with the two output streams apart, and returns the command's exit code.
  int plain(List<String> command) throws IOException {
    var run = client.run(app, new Requests.Run(command, Optional.empty())).run();
    feed(run, terminal.in());
    return copyOutput(run);
  }

  /// Runs on a terminal of the size of this one, every key going there as it is typed.
  int onTerminal(List<String> command) throws IOException {
    var run = client.run(app, new Requests.Run(command, Optional.of(TerminalMode.size()))).run();
    try (var mode = TerminalMode.raw();
        var _ = Interrupts.on("WINCH", () -> resize(run))) {
      feed(run, mode.keys());
      return copyOutput(run);
    }
  }

  private void feed(String run, InputStream input) {
    // A daemon: it may stand in a read of the terminal when the command has ended.
    Thread.ofPlatform()
        .daemon()
        .name("input")
        .start(
            () -> {
              try {
                client.runInput(run, input);
              } catch (IOException | ProblemException e) {
                // The command has ended, or the connection is cut: the output says which.
                terminal.clearBar();
              }
            });
  }

  private void resize(String run) {
    try {
      client.runSize(run, TerminalMode.size());
    } catch (IOException | ProblemException e) {
      // A terminal of the wrong size is no reason to end what runs on it.
      terminal.clearBar();
    }
  }

  /// Copies frames (drawn at [Client#runOutput]) until the one with the exit code.
  private int copyOutput(String run) throws IOException {
    try (var answer = client.runOutput(run);
        var in = new DataInputStream(answer.body())) {
      while (true) {
        int kind = in.readByte();
        int length = in.readInt();
        if (length < 0 || length > FRAME_BYTES_MAX) {
          throw new IOException("a frame of %d bytes in the output".formatted(length));
        }
        var bytes = in.readNBytes(length);
        switch (kind) {
          case OUTPUT -> copy(bytes, terminal.out());
          case ERROR_OUTPUT -> copy(bytes, terminal.err());
          case END -> {
            return Integer.parseInt(new String(bytes, StandardCharsets.US_ASCII));
          }
          default -> throw new IOException("a frame of unknown kind %d".formatted(kind));
        }
      }
    } catch (EOFException e) {
      throw new IOException("the agent went away while the command ran", e);
    }
  }

  private static void copy(byte[] bytes, PrintStream to) {
    to.write(bytes, 0, bytes.length);
    to.flush();
  }
}
