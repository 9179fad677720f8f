package dev.stead.agent.volume;

import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;

/// Programs of the system that do what Java has no call for.
public final class Programs {
  private Programs() {}

  /// Runs a program to its end and returns what it printed.
  ///
  /// @throws IOException when it fails, with what it said
  public static String run(String... command) throws IOException {
    return run(Set.of(0), command);
  }

  /// The same for a program with several exit codes that are no failure.
  public static String run(Set<Integer> good, String... command) throws IOException {
    var process = new ProcessBuilder(command).redirectErrorStream(true).start();
    process.getOutputStream().close();
    var said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    var code = ended(process);
    if (!good.contains(code)) {
      throw failed(command, code, said);
    }
    return said.strip();
  }

  /// What a directory's files take on the disk.
  public static long bytesUsed(Path directory) throws IOException {
    // 1: a file went while it was looked at.
    var said = run(Set.of(0, 1), "du", "-sxB1", directory.toString());
    var last = said.substring(said.lastIndexOf('\n') + 1);
    return Long.parseLong(last.substring(0, last.indexOf('\t')));
  }

  /// Runs a program that reads what is given.
  public static void feed(InputStream input, String... command) throws IOException {
    var process = new ProcessBuilder(command).redirectErrorStream(true).start();
    var said = new StringBuilder();
    var reader =
        Thread.ofVirtual().name("output of " + command[0]).start(() -> collect(process, said));
    try {
      try (var out = process.getOutputStream()) {
        input.transferTo(out);
      }
    } catch (IOException e) {
      process.destroy();
      join(reader);
      throw said.isEmpty() ? e : new IOException(String.valueOf(said), e);
    }
    join(reader);
    var code = ended(process);
    if (code != 0) {
      throw failed(command, code, said.toString());
    }
  }

  /// Runs a program and passes on what it prints, as it prints it.
  public static void drain(OutputStream output, String... command) throws IOException {
    var process =
        new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.DISCARD).start();
    process.getOutputStream().close();
    try (var printed = process.getInputStream()) {
      printed.transferTo(output);
    } catch (IOException e) {
      process.destroy();
      throw e;
    }
    var code = ended(process);
    if (code != 0) {
      throw failed(command, code, "");
    }
  }

  private static void collect(Process process, StringBuilder said) {
    try {
      said.append(new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8));
    } catch (IOException e) {
      said.append(e.getMessage());
    }
  }

  private static void join(Thread reader) throws InterruptedIOException {
    try {
      reader.join();
    } catch (InterruptedException e) {
      throw interrupted();
    }
  }

  private static int ended(Process process) throws InterruptedIOException {
    try {
      return process.waitFor();
    } catch (InterruptedException e) {
      process.destroy();
      throw interrupted();
    }
  }

  private static InterruptedIOException interrupted() {
    Thread.currentThread().interrupt();
    return new InterruptedIOException("interrupted while a program ran");
  }

  private static IOException failed(String[] command, int code, String said) {
    return new IOException(
        "`%s` ended with code %d: %s"
            .formatted(String.join(" ", List.of(command)), code, said.strip()));
  }
}
