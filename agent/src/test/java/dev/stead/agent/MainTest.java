package dev.stead.agent;

import static org.assertj.core.api.Assertions.assertThat;

import dev.stead.agent.bundle.SampleBundle;
import dev.stead.sdk.Answers;
import dev.stead.sdk.Wire;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.SequenceInputStream;
import java.nio.file.Files;
import java.util.Collections;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/// The agent as a process.
final class MainTest {
  private final Home home = Home.make();

  @AfterEach
  void close() {
    home.close();
  }

  @Test
  void aSecondAgentInAHomeIsRefusedAndTheFirstStays() throws Exception {
    started();
    var second = home.startAgent();

    assertThat(exitCode(second)).isEqualTo(1);
    assertThat(home.printed()).contains("cannot start in " + home.path).contains("open");
    assertThat(home.client().status().version()).isEqualTo("0.1.0");
  }

  @Test
  void whatItCannotUseIsNamed() throws Exception {
    Files.writeString(home.path.resolve("settings.json"), "{\"http-port\":70000}");

    assertThat(exitCode(home.startAgent())).isEqualTo(1);
    assertThat(home.printed())
        .contains(home.path + "/settings.json: http-port must be 0 … 65535, not 70000");
  }

  @Test
  void anInstanceOutlivesItsAgentsUntilAllIsShutDownAndThenComesUpAgain() throws Exception {
    home.startEdge();
    var first = started();
    Ticker.deploy(home.client());
    var pid = Ticker.pid(home.client());

    first.destroy();
    assertThat(exitCode(first)).isEqualTo(143);
    assertThat(home.socket()).doesNotExist();
    assertThat(ProcessHandle.of(pid)).isPresent();

    var second = started();
    assertThat(Ticker.pid(home.client())).isEqualTo(pid);
    second.destroyForcibly();
    exitCode(second);
    assertThat(home.socket()).exists();

    var third = started();
    assertThat(Ticker.pid(home.client())).isEqualTo(pid);
    home.client().shutdown();
    assertThat(exitCode(third)).isZero();
    assertThat(ProcessHandle.of(pid)).isEmpty();

    started();
    assertThat(Ticker.pid(home.client())).isNotEqualTo(pid);
    assertThat(home.client().app(Ticker.APP).release()).contains(1);
    home.client().shutdown();
  }

  @Test
  void anUploadNeedsNoMemoryOfItsSize() throws Exception {
    started();
    var megabyte = new byte[1 << 20];
    new Random(1).nextBytes(megabyte);
    var frame = SampleBundle.frame(megabyte);
    var frames =
        IntStream.range(0, 128).<InputStream>mapToObj(_ -> new ByteArrayInputStream(frame));
    var body = new SequenceInputStream(Collections.enumeration(frames.toList()));

    try (var answer = home.http().send("POST", "/v1/chunks", body)) {
      assertThat(answer.status()).isEqualTo(200);
      assertThat(Wire.read(answer.bytes(), Answers.Stored.class).chunks()).isEqualTo(128);
    }
  }

  private Process started() {
    var agent = home.startAgent();
    Home.until("the agent answers", this::answers);
    return agent;
  }

  private boolean answers() {
    try {
      home.client().status();
      return true;
    } catch (IOException e) {
      return false;
    }
  }

  private static int exitCode(Process process) throws InterruptedException {
    assertThat(process.waitFor(30, TimeUnit.SECONDS)).isTrue();
    return process.exitValue();
  }
}
