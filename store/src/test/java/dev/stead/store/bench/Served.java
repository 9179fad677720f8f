package dev.stead.store.bench;

import dev.stead.store.Value;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/// Durable puts and reads over the network: of Stead's agent, as it is shipped, over its unix
/// socket; of etcd over its HTTP/JSON gateway by the same client code; and of etcd over gRPC, which
/// is its own protocol and spares it the gateway. Each client has a connection of its own.
final class Served {
  private static final int ROUNDS = 3;

  /// Rounds that each server gets before it is measured. Stead's agent compiles its code meanwhile:
  /// in the first it answers a third of what it does later.
  private static final int WARM_UP_ROUNDS = 6;

  private static final int WARM_UP_WRITERS = 256;
  private static final int READERS = 64;
  private static final int KEYS_READ = 1_000;
  private static final double READS_OF_ETCD = 3;

  private final Path command;
  private final Path directory;
  private final String value;

  /// @param command the CLI of Stead
  Served(Path command, Path directory, Value value) {
    this.command = command;
    this.directory = directory;
    this.value = value.text();
  }

  /// @param ofEtcd how many times etcd's puts over HTTP are wanted
  private record Wanted(int writers, double ofEtcd) {}

  private static final List<Wanted> WANTED =
      List.of(new Wanted(256, 4), new Wanted(16, 3), new Wanted(1, 1.5));

  void measure(Bars bars) throws Exception {
    Path home = Files.createDirectory(directory.resolve("served"));
    try (Etcd etcd = Etcd.start(home);
        Stead stead = Stead.start(command, home)) {
      EtcdGrpc grpc = new EtcdGrpc(etcd);
      warmUp("ours over HTTP", client -> stead.putting(client, value));
      warmUp("etcd over HTTP", client -> etcd.putting(client, value));
      warmUp("etcd over gRPC", client -> grpc.putting(client, value));
      for (Wanted wanted : WANTED) {
        Way ours = new Way("ours over HTTP, puts", client -> stead.putting(client, value));
        Way theirs = new Way("etcd over HTTP, puts", client -> etcd.putting(client, value));
        Way byGrpc = new Way("etcd over gRPC, puts", client -> grpc.putting(client, value));
        Way.byTurns(Load.of(wanted.writers), ROUNDS, List.of(ours, theirs, byGrpc));
        compare(
            bars,
            "puts-of-etcd-at-" + wanted.writers,
            List.of(ours, theirs, byGrpc),
            wanted.ofEtcd);
      }
      fill(etcd.putting(0, value));
      fill(stead.putting(0, value));
      Way ours = new Way("ours over HTTP, reads", _ -> stead.getting(KEYS_READ));
      Way theirs = new Way("etcd over HTTP, reads", _ -> etcd.getting(KEYS_READ));
      Way byGrpc = new Way("etcd over gRPC, reads", _ -> grpc.getting(KEYS_READ));
      Way.byTurns(Load.of(READERS), ROUNDS, List.of(ours, theirs, byGrpc));
      compare(bars, "reads-of-etcd-at-" + READERS, List.of(ours, theirs, byGrpc), READS_OF_ETCD);
    }
  }

  /// Prints what a server does in its first seconds: nobody who restarts it should be surprised.
  private static void warmUp(String name, Load.Opening opening) throws Exception {
    System.out.printf("%s, puts by %d in each of its first seconds:", name, WARM_UP_WRITERS);
    for (int round = 0; round < WARM_UP_ROUNDS; round++) {
      System.out.printf(" %.0f", Load.of(WARM_UP_WRITERS).run(opening).perSecond());
    }
    System.out.println();
  }

  private static void fill(Load.Client writer) throws Exception {
    try (writer) {
      for (int i = 0; i < KEYS_READ; i++) {
        writer.act(i);
      }
    }
  }

  private static void compare(Bars bars, String name, List<Way> ways, double wanted) {
    Way ours = ways.get(0);
    Way theirs = ways.get(1);
    System.out.printf(
        "ours / etcd over HTTP %.2f   ours / etcd over gRPC %.2f%n",
        ours.rate() / theirs.rate(), ours.rate() / ways.get(2).rate());
    bars.atLeast(name, ours.rate() / theirs.rate(), "×", wanted);
    double p99 = (double) ours.quantile(0.99) / theirs.quantile(0.99);
    bars.atMost(name + "-p99", p99, "×", 1);
  }
}
