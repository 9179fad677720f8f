package dev.stead.store.rocks;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.rocksdb.RocksDB;

/// A Java process of the tests' own, which is killed at the end. It gets RocksDB's native library
/// as in a distribution: one that unpacks it for itself would leave it behind when it is killed.
final class Child implements AutoCloseable {
  private static final String LIBRARY = "librocksdbjni-linux64.so";

  private final Process process;
  private final BufferedReader output;

  /// @param scratch where the native library is put for it
  Child(Path scratch, Class<?> main, String... arguments) throws IOException {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(List.of("-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC", "-XX:-UsePerfData"));
    command.add("--enable-native-access=ALL-UNNAMED");
    command.add("-Djava.library.path=" + scratch);
    command.addAll(List.of("-cp", System.getProperty("java.class.path"), main.getName()));
    command.addAll(List.of(arguments));
    unpackLibrary(scratch.resolve(LIBRARY));
    process = new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT).start();
    output = process.inputReader();
  }

  private static void unpackLibrary(Path file) throws IOException {
    if (Files.notExists(file)) {
      try (InputStream library = RocksDB.class.getResourceAsStream("/" + LIBRARY)) {
        Files.copy(Objects.requireNonNull(library), file);
      }
    }
  }

  long pid() {
    return process.pid();
  }

  /// The next line that it prints.
  String line() throws IOException {
    String line = output.readLine();
    if (line == null) {
      throw new IOException("the child ended by itself");
    }
    return line;
  }

  /// Kills it, and tells what it had printed before, but for a last line that was cut.
  List<String> kill() {
    // Not by the process: that would close its output, too.
    process.toHandle().destroyForcibly();
    List<String> lines = output.lines().collect(Collectors.toCollection(ArrayList::new));
    if (!lines.isEmpty()) {
      lines.removeLast();
    }
    awaitEnd();
    return lines;
  }

  private void awaitEnd() {
    process.onExit().orTimeout(10, TimeUnit.SECONDS).join();
  }

  @Override
  public void close() throws IOException {
    process.destroyForcibly();
    awaitEnd();
    output.close();
  }
}
