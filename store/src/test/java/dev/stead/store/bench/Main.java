package dev.stead.store.bench;

import dev.stead.store.Value;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.rocksdb.RocksDB;

/// `bench/store [in-process] [size] [served]`: the store in process beside RocksDB without anything
/// around it, its costs as it grows, and its API beside etcd; all three when none is named.
final class Main {
  private static final int VALUE_BYTES = 128;

  private Main() {}

  /// Measures, and ends with 1 when a bar is missed.
  ///
  /// @param arguments the CLI of Stead, and which parts
  public static void main(String[] arguments) throws Exception {
    Path command = Path.of(arguments[0]);
    List<String> parts = List.of(arguments).subList(1, arguments.length);
    RocksDB.loadLibrary();
    Path directory = Files.createTempDirectory(Path.of("").toAbsolutePath(), "bench-store");
    try {
      Value value = new Value("text/plain", letters());
      Map<String, Part> all = new LinkedHashMap<>();
      all.put("in-process", new Speed(directory, value)::measure);
      all.put("size", new Size(directory, value)::measure);
      all.put("served", new Served(command, directory, value)::measure);
      if (!all.keySet().containsAll(parts)) {
        throw new IllegalArgumentException("the parts are " + all.keySet());
      }
      Bars bars = new Bars();
      for (Map.Entry<String, Part> part : all.entrySet()) {
        if (parts.isEmpty() || parts.contains(part.getKey())) {
          System.out.printf("--- %s, load averages %s%n", part.getKey(), loadAverages());
          part.getValue().measure(bars);
        }
      }
      System.out.printf("--- load averages %s%n", loadAverages());
      bars.print();
    } finally {
      delete(directory);
    }
  }

  private interface Part {
    void measure(Bars bars) throws Exception;
  }

  private static String loadAverages() throws IOException {
    return Files.readString(Path.of("/proc/loadavg")).strip();
  }

  /// Letters that compress no better than most values.
  private static byte[] letters() {
    StringBuilder text = new StringBuilder();
    new Random(VALUE_BYTES)
        .ints(VALUE_BYTES, 'a', 'z')
        .forEach(letter -> text.append((char) letter));
    return text.toString().getBytes(StandardCharsets.UTF_8);
  }

  private static void delete(Path directory) throws IOException {
    Files.walkFileTree(
        directory,
        new SimpleFileVisitor<>() {
          @Override
          public FileVisitResult visitFile(Path file, BasicFileAttributes attributes)
              throws IOException {
            Files.delete(file);
            return FileVisitResult.CONTINUE;
          }

          @Override
          public FileVisitResult postVisitDirectory(Path visited, IOException failure)
              throws IOException {
            Files.delete(visited);
            return FileVisitResult.CONTINUE;
          }
        });
  }
}
