package dev.stead.ship;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.github.luben.zstd.Zstd;
import dev.stead.cli.TestAgent;
import dev.stead.sdk.Answers;
import dev.stead.sdk.Client;
import dev.stead.sdk.Code;
import dev.stead.sdk.Manifest;
import dev.stead.sdk.ProblemException;
import dev.stead.sdk.Wire;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class UploadTest {
  private static final long SEED = 7;

  @TempDir private Path directory;
  private Path project;
  private TestAgent agent;
  private final Map<String, byte[]> stored = new HashMap<>();
  private final List<long[]> progress = new ArrayList<>();

  @BeforeEach
  void startAgent() throws IOException {
    project = Files.createDirectories(directory.resolve("project"));
    agent = TestAgent.in(directory.resolve("home"));
    agent.on("POST /v1/chunks", (asked, exchange) -> exchange.json(200, store(asked.body())));
  }

  @AfterEach
  void stopAgent() throws IOException {
    agent.close();
  }

  @Test
  void aKnownBundleCostsItsNameOnly() throws IOException {
    var shipment = shipment(100_000);
    agent.on("GET /v1/bundles/" + shipment.id(), new Answers.Missing(List.of()));
    assertThat(send(shipment)).isEqualTo(new Upload.Sent(0, 0));
    assertThat(agent.asked()).hasSize(1);
  }

  @Test
  void anUnknownBundleIsAnnouncedAndItsMissingChunksSent() throws IOException {
    var shipment = shipment(3_000_000);
    var all = List.copyOf(shipment.pieces().keySet());
    var missing = all.subList(1, all.size());
    announced(shipment, missing);
    var sent = send(shipment);
    assertThat(stored).containsOnlyKeys(missing);
    stored.forEach((hash, bytes) -> assertThat(hex(bytes)).isEqualTo(hash));
    assertThat(sent.chunks()).isEqualTo(missing.size());
    assertThat(sent.bytes())
        .isEqualTo(agent.asked().stream().mapToLong(asked -> asked.body().length).sum());
    var manifest = agent.asked("PUT").getFirst().body();
    assertThat(Wire.read(Zstd.decompress(manifest, 10_000_000), Manifest.class))
        .isEqualTo(shipment.manifest());
  }

  @Test
  void chunksTravelInBatchesOfAtMostFourMebibytes() throws IOException {
    var shipment = shipment(11_000_000);
    announced(shipment, List.copyOf(shipment.pieces().keySet()));
    send(shipment);
    var batches = agent.asked("POST /v1/chunks");
    assertThat(batches).hasSize(3);
    assertThat(batches).allMatch(batch -> batch.body().length <= Upload.BATCH_BYTES_MAX);
    assertThat(stored).hasSize(shipment.pieces().size());
    assertThat(progress.getLast()).containsExactly(11_000_000, 11_000_000);
    assertThat(progress).hasSize(3);
  }

  @Test
  void anUploadThatIsCutAsksAnewAndSendsNothingTwice() throws IOException {
    var shipment = shipment(11_000_000);
    var all = shipment.pieces().keySet();
    announced(shipment, List.copyOf(all));
    var calls = new AtomicInteger();
    agent.on(
        "POST /v1/chunks",
        (asked, exchange) -> {
          if (calls.incrementAndGet() == 2) {
            knowsNow(shipment);
            throw new IOException("cut");
          }
          exchange.json(200, store(asked.body()));
        });
    var sent = send(shipment);
    assertThat(stored).containsOnlyKeys(all);
    assertThat(sent.chunks()).isEqualTo(all.size());
    assertThat(agent.asked("PUT")).hasSize(1);
  }

  @Test
  void anAgentThatStaysAwayEndsTheUploadWithItsCode() throws IOException {
    var shipment = shipment(1000);
    agent.close();
    var thrown = catchThrowableOfType(ProblemException.class, () -> send(shipment));
    assertThat(thrown.problem().code()).isEqualTo("C-UPLOAD-CUT");
    assertThat(thrown.problem().why()).contains("agent.sock");
  }

  @Test
  void aRefusalIsNotTriedAgain() throws IOException {
    var shipment = shipment(1000);
    agent.on("GET /v1/bundles/" + shipment.id(), (_, e) -> e.problem(Code.NO_DISK));
    var thrown = catchThrowableOfType(ProblemException.class, () -> send(shipment));
    assertThat(thrown.problem().code()).isEqualTo("D-NO-DISK");
    assertThat(agent.asked()).hasSize(1);
  }

  @Test
  void aFileThatChangesUnderwayIsNamed() throws IOException {
    var shipment = shipment(1000);
    announced(shipment, List.copyOf(shipment.pieces().keySet()));
    Files.writeString(project.resolve("file"), "shorter");
    var thrown = catchThrowableOfType(ProblemException.class, () -> send(shipment));
    assertThat(thrown.problem().what()).endsWith("project/file");
    assertThat(thrown.problem().why()).isEqualTo("the file changed while it was uploaded");
  }

  private void announced(Shipment shipment, List<String> missing) {
    agent.on("GET /v1/bundles/" + shipment.id(), (_, e) -> e.problem(Code.NO_BUNDLE));
    agent.on("PUT /v1/bundles/" + shipment.id(), new Answers.Missing(missing));
  }

  private void knowsNow(Shipment shipment) {
    var missing =
        shipment.pieces().keySet().stream().filter(hash -> !stored.containsKey(hash)).toList();
    agent.on("GET /v1/bundles/" + shipment.id(), new Answers.Missing(missing));
  }

  private Upload.Sent send(Shipment shipment) {
    return new Upload(
            new Client(agent.socket(), "test"),
            (done, total) -> progress.add(new long[] {done, total}),
            Duration.ofMillis(1))
        .send(shipment);
  }

  private Shipment shipment(int size) throws IOException {
    var bytes = new byte[size];
    new Random(SEED).nextBytes(bytes);
    Files.write(project.resolve("file"), bytes);
    return Shipment.pack(project, List.of(), _ -> {});
  }

  /// Takes frames apart as [Client#chunks] draws them.
  private Answers.Stored store(byte[] body) {
    var frames = ByteBuffer.wrap(body);
    int chunks = 0;
    while (frames.hasRemaining()) {
      var hash = new byte[32];
      frames.get(hash);
      int size = frames.getInt();
      var compressed = new byte[frames.getInt()];
      frames.get(compressed);
      assertThat(stored.put(HexFormat.of().formatHex(hash), Zstd.decompress(compressed, size)))
          .as("a chunk that is sent twice")
          .isNull();
      chunks++;
    }
    return new Answers.Stored(chunks);
  }

  private static String hex(byte[] bytes) {
    return HexFormat.of().formatHex(Shipment.sha256().digest(bytes));
  }
}
