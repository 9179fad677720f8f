package dev.stead.store.rocks;

import static org.assertj.core.api.Assertions.assertThat;

import dev.stead.store.Entry;
import dev.stead.store.Store;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(150)
final class CrashTest {
  private static final int KILLS = 50;
  private static final int WRITES_BEFORE_KILL_MAX = 300;
  private static final int FILE_BYTES_MAX = 512 * 1024;

  @TempDir Path directory;

  /// Where a killed child leaves its native library.
  @TempDir Path scratch;

  @Test
  void whatWasAcknowledgedSurvivesAKill() throws Exception {
    long seed = System.nanoTime();
    System.out.println("seed " + seed);
    Random random = new Random(seed);
    Map<String, Long> acknowledged = new HashMap<>();

    for (int kill = 0; kill < KILLS; kill++) {
      int writes = 1 + random.nextInt(WRITES_BEFORE_KILL_MAX);
      acknowledged.putAll(killAfter(writes, load("round-" + kill)));
      assertAllThere(acknowledged);
    }
  }

  /// A limit on the size of files refuses writes the way a full disk does, and can be lifted.
  @Test
  void aFullDiskRefusesWritesAndTheStoreGoesOnOnceThereIsRoom() throws Exception {
    Process load = load("full");
    Map<String, Long> acknowledged = new HashMap<>();
    try (BufferedReader output = load.inputReader()) {
      readLine(output, acknowledged);
      limitFileSize(load, Integer.toString(FILE_BYTES_MAX));
      String refusal = readUntil(output, acknowledged, "!");
      assertThat(refusal).contains("Could not write to the store").contains("File too large");
      int before = acknowledged.size();

      limitFileSize(load, "unlimited");
      for (int more = 0; more < 100; ) {
        more += readLine(output, acknowledged).startsWith("!") ? 0 : 1;
      }
      assertThat(acknowledged.size()).isGreaterThan(before);
    } finally {
      kill(load);
    }
    assertAllThere(acknowledged);
  }

  private static void limitFileSize(Process process, String bytes) throws Exception {
    Process limiting =
        new ProcessBuilder("prlimit", "--fsize=" + bytes + ":", "--pid=" + process.pid()).start();
    assertThat(limiting.waitFor()).isZero();
  }

  private void assertAllThere(Map<String, Long> acknowledged) {
    try (RocksStore store = RocksStore.open(directory, InstantSource.system())) {
      acknowledged.forEach(
          (key, revision) -> {
            Entry entry = store.get(Store.PRODUCTION, key).orElseThrow();
            assertThat(entry.revision()).isEqualTo(revision);
            assertThat(entry.value().bytes()).isEqualTo(WriteLoad.padded(key));
          });
      assertThat(store.check()).isEmpty();
    }
  }

  private Process load(String name) throws IOException {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(List.of("-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC", "-XX:-UsePerfData"));
    command.add("--enable-native-access=ALL-UNNAMED");
    command.add("-Djava.io.tmpdir=" + scratch);
    command.addAll(List.of("-cp", System.getProperty("java.class.path")));
    command.addAll(List.of(WriteLoad.class.getName(), directory.toString(), name));
    return new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT).start();
  }

  private static Map<String, Long> killAfter(int writes, Process load)
      throws IOException, InterruptedException {
    Map<String, Long> acknowledged = new HashMap<>();
    try (BufferedReader output = load.inputReader()) {
      while (acknowledged.size() < writes) {
        readLine(output, acknowledged);
      }
      // Not by the process: that would close its output, too.
      load.toHandle().destroyForcibly();
      // What was printed before the kill counts, but for a last line that was cut.
      String line = output.readLine();
      for (String next = line; next != null; next = output.readLine()) {
        note(line, acknowledged);
        line = next;
      }
    } finally {
      kill(load);
    }
    return acknowledged;
  }

  private static void kill(Process load) throws InterruptedException {
    load.destroyForcibly();
    assertThat(load.waitFor(10, TimeUnit.SECONDS)).isTrue();
  }

  private static String readUntil(
      BufferedReader output, Map<String, Long> acknowledged, String start) throws IOException {
    String line = readLine(output, acknowledged);
    while (!line.startsWith(start)) {
      line = readLine(output, acknowledged);
    }
    return line;
  }

  private static String readLine(BufferedReader output, Map<String, Long> acknowledged)
      throws IOException {
    String line = output.readLine();
    if (line == null) {
      throw new IOException("the load ended by itself");
    }
    note(line, acknowledged);
    return line;
  }

  private static void note(String line, Map<String, Long> acknowledged) {
    if (!line.startsWith("!")) {
      String[] words = line.split(" ", 2);
      acknowledged.put(words[1], Long.valueOf(words[0]));
    }
  }
}
