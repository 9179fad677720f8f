package dev.stead.agent;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.stead.agent.bundle.SampleBundle;
import dev.stead.sdk.Code;
import dev.stead.sdk.Problem;
import dev.stead.sdk.ProblemException;
import dev.stead.sdk.Wire;
import java.io.IOException;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.InstantSource;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class ApiTest {
  private final Home home = Home.make();
  private Agent agent;

  @BeforeAll
  void start() throws IOException {
    agent = Agent.start(new Agent.Places(home.path, home.path), InstantSource.system());
  }

  @AfterAll
  void stop() {
    agent.close();
    assertThat(home.socket()).doesNotExist();
    home.close();
  }

  @Test
  void theStatusSaysWhatIsHereAndWhatIsNot() throws IOException {
    var status = home.client().status();

    assertThat(status.version()).isEqualTo("0.1.0");
    assertThat(status.apps()).isEmpty();
    assertThat(status.disk().total()).isGreaterThan(status.disk().free());
    assertThat(status.edge().up()).isFalse();
    assertThat(status.edge().why().orElseThrow()).contains("edge.sock");
  }

  @Test
  void onlyItsOwnerReachesTheSocket() throws IOException {
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(home.socket())))
        .isEqualTo("rw-------");
  }

  @ParameterizedTest
  @CsvSource({
    "GET,    /v2/status,              there is no such path",
    "GET,    /v1/status/,             there is no such path",
    "GET,    /v1/apps/..%2fx,         there is no such path",
    "GET,    /v1/apps/../x,           there is no such path",
    "DELETE, /v1/status,              this path answers GET only",
    "PUT,    /v1/apps/cv/env,         'this path answers GET, POST only'",
  })
  void anUnknownPathIsNamed(String method, String path, String why) throws IOException {
    var problem = refused(404, method, path, new byte[0]);

    assertThat(problem.code()).isEqualTo(Code.NOT_FOUND.id());
    assertThat(problem.what()).isEqualTo(method + " " + path);
    assertThat(problem.why()).isEqualTo(why);
  }

  @Test
  void whatCannotBeReadIsNamed() throws IOException {
    assertThat(refused(400, "POST", "/v1/apps/cv/deploy", "{".getBytes(UTF_8)).why())
        .startsWith("not a valid Deploy: ");
    assertThat(
            refused(400, "POST", "/v1/apps/cv/deploy", "{\"bundle\":\"x\"}".getBytes(UTF_8)).why())
        .contains("config");
    assertThat(refused(400, "GET", "/v1/apps/cv/rollback?release=seven", new byte[0]).why())
        .isEqualTo("parameter release must be a number from 0, not 'seven'");
  }

  @Test
  void aBodyThatIsTooLargeIsRefusedAndStillAnswered() throws IOException {
    var problem = refused(413, "POST", "/v1/apps/cv/deploy", new byte[10 << 20]);

    assertThat(problem.code()).isEqualTo(Code.TOO_LARGE.id());
    assertThat(problem.why()).isEqualTo("the body is larger than 1048576 bytes");
  }

  @Test
  void whatIsNotHereIsNamed() {
    assertThatThrownBy(() -> home.client().app("nope"))
        .isInstanceOf(ProblemException.class)
        .hasMessageContaining("A-NO-APP")
        .hasMessageContaining("nope");
    assertThatThrownBy(
            () -> home.client().runSize("abc", new dev.stead.sdk.Requests.TerminalSize(80, 24)))
        .hasMessageContaining("A-NOT-FOUND: using run abc: there is no such run, or it has ended");
    assertThatThrownBy(() -> home.client().events("cv", "cv-nope", 0, _ -> {}))
        .isInstanceOf(ProblemException.class)
        .hasMessageContaining("cv-nope");
  }

  @Test
  void anUploadThatWasCutGoesOnWhereItStopped() throws IOException {
    var sample = large("resumed");
    var client = home.client();
    assertThat(client.bundle(sample.id())).isEmpty();
    var all = client.announce(sample.id(), sample.zstd()).chunks();
    assertThat(all).hasSize(sample.hashes().size());
    var frames = sample.frames();

    sendAndCut("/v1/chunks", frames, frames.length - 10);

    Home.until(
        "all but the last chunk are kept",
        () -> missing(sample).equals(List.of(sample.hashes().getLast())));
    var rest = sample.frames(missing(sample));
    assertThat(client.chunks(rest).chunks()).isEqualTo(1);
    assertThat(client.announce(sample.id(), sample.zstd()).chunks()).isEmpty();
  }

  @Test
  void aHostileUploadIsRefusedWithItsReason() throws IOException {
    var sample = SampleBundle.of("a", "x").link("up", "../..");

    assertThatThrownBy(() -> home.client().announce(sample.id(), sample.zstd()))
        .hasMessageContaining("A-BAD-REQUEST: PUT /v1/bundles/" + sample.id())
        .hasMessageContaining("'up' in the manifest is a link to '../..', which leads outside");
    assertThat(refused(400, "POST", "/v1/chunks", new byte[100]).why())
        .isEqualTo("frame 1: size 0 is not within 1 … 1048576");
  }

  private List<String> missing(SampleBundle sample) {
    try {
      return home.client().bundle(sample.id()).orElseThrow().chunks();
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }

  private static SampleBundle large(String name) {
    var lines = IntStream.range(0, 4000).mapToObj(n -> name + " " + n + "\n").toList();
    return SampleBundle.of(name, String.join("", lines));
  }

  private Problem refused(int status, String method, String path, byte[] body) throws IOException {
    try (var answer =
        body.length == 0
            ? home.http().send(method, path)
            : home.http().send(method, path, body, "application/json")) {
      assertThat(answer.status()).isEqualTo(status);
      return Wire.read(answer.bytes(), Problem.class);
    }
  }

  private void sendAndCut(String path, byte[] body, int at) throws IOException {
    var head =
        "POST %s HTTP/1.1\r\nHost: localhost\r\nContent-Length: %d\r\n\r\n"
            .formatted(path, body.length);
    try (var channel = SocketChannel.open(UnixDomainSocketAddress.of(home.socket()))) {
      for (var part : List.of(head.getBytes(US_ASCII), Arrays.copyOf(body, at))) {
        var buffer = ByteBuffer.wrap(part);
        while (buffer.hasRemaining()) {
          channel.write(buffer);
        }
      }
    }
  }
}
