package dev.stead.store.rocks;

import static org.assertj.core.api.Assertions.assertThat;

import dev.stead.store.Store;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Stream;
import org.rocksdb.RocksDBException;

/// A store, and copies of it whose log lacks its end.
///
/// What is cut has no mark, as after a power cut that took that, too: with one, the lack of
/// anything acknowledged is refused, as told in [DamageTest].
final class CutLog {
  static final int COMMITS = 20;
  static final int CUT_BYTES_MAX = 4_096;

  /// Side by side.
  private static final int PARTS = 2;

  private final Path directory;
  private final Path whole;
  private final MovingClock clock = new MovingClock();

  /// Where each commit's record ends in the log.
  private final List<Long> ends = new ArrayList<>();

  CutLog(Path directory) throws IOException {
    this.directory = directory;
    this.whole = directory.resolve("whole");
    try (RocksStore store = RocksStore.open(whole, clock)) {
      for (int i = 0; i < COMMITS; i++) {
        new Scribe(store).write(Store.PRODUCTION, "key-" + i + "=" + "x".repeat(400));
        ends.add(Files.size(log(whole)));
      }
    }
  }

  /// The store that is copied.
  Path whole() {
    return whole;
  }

  long endOf(int commit) {
    return ends.get(commit);
  }

  /// Looks at what opening would find for every byte that is cut: a commit is there when its record
  /// is whole, and a piece of one is reported.
  void lookAtEach() throws Exception {
    inParts(this::look);
  }

  private void look(int part) throws IOException, RocksDBException {
    Path copy = directory.resolve("looked-at-" + part);
    copyTo(copy, Files.readAllBytes(log(whole)));
    Path rocks = copy.resolve(Recovery.ROCKS);
    long length = Files.size(log(copy));
    for (int cut = part; cut < CUT_BYTES_MAX; cut += PARTS) {
      cut(log(copy), length - cut);
      Recovery.Preview found = Recovery.preview(rocks);
      boolean torn = !ends.contains(length - cut);
      assertThat(found.batches()).as("cut by %d", cut).isEqualTo(before(length - cut));
      assertThat(found.dropped()).as("cut by %d", cut).hasSize(torn ? 1 : 0);
    }
  }

  private static void cut(Path log, long length) throws IOException {
    try (FileChannel channel = FileChannel.open(log, StandardOpenOption.WRITE)) {
      channel.truncate(length);
    }
  }

  /// Opens a copy for good and checks it, for every so many bytes that are cut.
  void openEach(int bytes) throws Exception {
    byte[] log = Files.readAllBytes(log(whole));
    inParts(
        part -> {
          for (int cut = part * bytes; cut < CUT_BYTES_MAX; cut += PARTS * bytes) {
            open(log, cut);
          }
        });
  }

  private void open(byte[] log, int cut) throws IOException {
    Path copy = directory.resolve("cut-" + cut);
    int length = log.length - cut;
    copyTo(copy, Arrays.copyOf(log, length));
    try (HighWaterMark mark = HighWaterMark.open(copy)) {
      Recovery.Recovered recovered = new Recovery(copy, mark).open();
      try (Engine engine = recovered.engine()) {
        assertThat(engine.head()).as("cut by %d", cut).isEqualTo(before(length));
        assertThat(recovered.dropped())
            .as("cut by %d", cut)
            .hasSize(ends.contains((long) length) ? 0 : 1);
        assertThat(Inspection.inspect(engine)).as("cut by %d", cut).isEmpty();
      }
    }
    Backups.deleteDeep(copy);
  }

  /// How many commits are whole in a log of so many bytes.
  private long before(long length) {
    return ends.stream().filter(end -> end <= length).count();
  }

  private interface Part {
    void run(int number) throws Exception;
  }

  private static void inParts(Part part) throws Exception {
    List<Callable<Boolean>> parts = new ArrayList<>();
    for (int i = 0; i < PARTS; i++) {
      int number = i;
      parts.add(
          () -> {
            part.run(number);
            return true;
          });
    }
    try (ExecutorService threads = Executors.newFixedThreadPool(PARTS)) {
      for (Future<Boolean> done : threads.invokeAll(parts)) {
        assertThat(done.get()).isTrue();
      }
    }
  }

  /// Copies the store, but for its mark and with another log.
  void copyTo(Path copy, byte[] log) throws IOException {
    Path rocks = Files.createDirectories(copy.resolve(Recovery.ROCKS));
    Path current = log(whole).getFileName();
    try (Stream<Path> files = Files.list(whole.resolve(Recovery.ROCKS))) {
      for (Path file : files.filter(CutLog::isState).toList()) {
        Files.copy(file, rocks.resolve(file.getFileName()));
      }
    }
    Files.write(rocks.resolve(current), log);
  }

  /// Not the log, which is written anew, and not what RocksDB tells people.
  private static boolean isState(Path file) {
    String name = file.getFileName().toString();
    return !name.endsWith(".log") && !name.startsWith("LOG") && !name.equals("LOCK");
  }

  static Path log(Path store) throws IOException {
    try (Stream<Path> files = Files.list(store.resolve(Recovery.ROCKS))) {
      return files
          .filter(file -> file.toString().endsWith(".log"))
          .max(Path::compareTo)
          .orElseThrow();
    }
  }

  void assertWholeIsSound() {
    try (RocksStore store = RocksStore.open(whole, clock)) {
      assertThat(store.head()).isEqualTo(COMMITS);
      assertThat(store.check()).isEmpty();
    }
  }
}
