package dev.stead.store.bench;

import dev.stead.store.Commit;
import dev.stead.store.Commit.Mutation.Put;
import dev.stead.store.CommitResult;
import dev.stead.store.Store;
import dev.stead.store.Value;
import dev.stead.store.rocks.RocksStore;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.time.InstantSource;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.rocksdb.RocksDB;

/// `bench/store`: durable puts of 128 bytes, and reads, beside RocksDB without anything around it
/// and etcd, on one disk in one run.
final class Speed {
  private static final List<Integer> WRITERS = List.of(1, 16, 256);
  private static final int ROUNDS = 3;
  private static final int READERS = 64;
  private static final int VALUE_BYTES = 128;
  private static final int KEYS_READ = 1_000;
  private static final double OF_BARE = 0.8;

  private final Path directory;
  private final Bars bars = new Bars();
  private final String value = text();

  private Speed(Path directory) {
    this.directory = directory;
  }

  public static void main(String[] arguments) throws Exception {
    RocksDB.loadLibrary();
    Path directory = Files.createTempDirectory(Path.of("").toAbsolutePath(), "bench-store");
    try {
      new Speed(directory).run();
    } finally {
      delete(directory);
    }
  }

  private void run() throws Exception {
    System.out.printf("fdatasync of 128 bytes          %9.0f/s%n", syncsPerSecond());
    for (int writers : WRITERS) {
      Load load = Load.of(writers);
      // By turns, and the middle of each counts: the machine may have other things to do.
      double[] bares = new double[ROUNDS];
      double[] own = new double[ROUNDS];
      for (int round = 0; round < ROUNDS; round++) {
        bares[round] = bare(load, round);
        own[round] = ours(load, round);
      }
      double bare = middle(bares);
      double ours = middle(own);
      double etcd = etcd(load);
      System.out.printf(
          "ours in process / bare RocksDB  %9.2f%nours in process / etcd          %9.2f%n",
          ours / bare, ours / etcd);
      bars.atLeast("in-process-of-bare-at-" + writers, ours / bare, "×", OF_BARE);
    }
    reads();
    bars.print();
  }

  private static double middle(double[] values) {
    Arrays.sort(values);
    return values[values.length / 2];
  }

  /// What the disk can do at most, one by one.
  private double syncsPerSecond() throws IOException {
    long began = System.nanoTime();
    long end = began + TimeUnit.SECONDS.toNanos(2);
    long syncs = 0;
    try (FileChannel file =
        FileChannel.open(
            directory.resolve("synced"), StandardOpenOption.CREATE, StandardOpenOption.WRITE)) {
      while (System.nanoTime() < end) {
        file.write(ByteBuffer.allocate(VALUE_BYTES));
        file.force(false);
        syncs++;
      }
    }
    return syncs / ((System.nanoTime() - began) / 1e9);
  }

  private double bare(Load load, int round) throws Exception {
    byte[] bytes = value.getBytes(StandardCharsets.UTF_8);
    try (BareRocks bare =
        new BareRocks(directory.resolve("bare-%d-%d".formatted(load.clients(), round)))) {
      return printed(
          "bare RocksDB, puts",
          load,
          client ->
              number -> bare.put(key(client, number).getBytes(StandardCharsets.UTF_8), bytes));
    }
  }

  private double ours(Load load, int round) throws Exception {
    try (Store store = open("ours-%d-%d".formatted(load.clients(), round))) {
      return printed("ours in process, puts", load, client -> number -> put(store, client, number));
    }
  }

  private void put(Store store, int client, long number) {
    Value bytes = new Value("text/plain", value.getBytes(StandardCharsets.UTF_8));
    Commit commit = Commit.of(Store.PRODUCTION, "bench", "", new Put(key(client, number), bytes));
    if (!(store.commit(commit) instanceof CommitResult.Committed)) {
      throw new IllegalStateException("a commit without conditions was refused");
    }
  }

  private double etcd(Load load) throws Exception {
    Path home = Files.createDirectory(directory.resolve("etcd-" + load.clients()));
    try (Etcd etcd = Etcd.start(home)) {
      return printed("etcd over HTTP, puts", load, client -> etcd.putting(client, value));
    }
  }

  private void reads() throws Exception {
    Load load = Load.of(READERS);
    Path home = Files.createDirectory(directory.resolve("etcd-reads"));
    try (Store store = open("ours-reads");
        Etcd etcd = Etcd.start(home);
        Load.Client writer = etcd.putting(0, value)) {
      for (int i = 0; i < KEYS_READ; i++) {
        put(store, 0, i);
        writer.act(i);
      }
      double ours =
          printed(
              "ours in process, reads",
              load,
              client -> number -> store.get(Store.PRODUCTION, key(0, number % KEYS_READ)));
      double theirs = printed("etcd over HTTP, reads", load, client -> etcd.getting(KEYS_READ));
      System.out.printf("ours in process / etcd          %9.2f%n", ours / theirs);
    }
  }

  private RocksStore open(String name) {
    return RocksStore.open(directory.resolve(name), InstantSource.system());
  }

  private static double printed(String what, Load load, Load.Opening opening) throws Exception {
    Load.Result result = load.run(opening);
    System.out.printf("%-25s × %3d %s%n", what, load.clients(), result.text());
    return result.perSecond();
  }

  static String key(int client, long number) {
    return "bench/%03d/%09d".formatted(client, number);
  }

  /// Letters that compress no better than most values.
  private static String text() {
    StringBuilder text = new StringBuilder();
    new Random(VALUE_BYTES)
        .ints(VALUE_BYTES, 'a', 'z')
        .forEach(letter -> text.append((char) letter));
    return text.toString();
  }

  static void delete(Path directory) throws IOException {
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
