package dev.stead.edge;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// The edge as a process.
final class MainTest {
  private static Process edge(Path home, String... flags) throws IOException {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(
        List.of("-XX:+UseSerialGC", "-Xmx64m", "-XX:TieredStopAtLevel=1", "-Xshare:auto"));
    command.addAll(List.of("--enable-native-access=ALL-UNNAMED", "-cp"));
    command.add(System.getProperty("java.class.path"));
    command.add(Main.class.getName());
    command.addAll(List.of("--home", home.toString()));
    command.addAll(List.of(flags));
    return new ProcessBuilder(command).redirectErrorStream(true).start();
  }

  private static String end(Process process) throws IOException, InterruptedException {
    String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(process.waitFor(10, TimeUnit.SECONDS)).isTrue();
    return said;
  }

  @Test
  void itServesFromItsHomeSaysSoAndEndsWhenTold(@TempDir Path home)
      throws IOException, InterruptedException {
    Files.writeString(home.resolve("settings.json"), "{\"http-port\":0}");
    Process process = edge(home);
    String line = process.inputReader().readLine();
    assertThat(line).startsWith("edge: serving on port ");
    int port = Integer.parseInt(line.replaceFirst(".* ", ""));
    try (var client = RawClient.connect(port)) {
      assertThat(client.get("/").message().body()).contains("S-404-ROUTE");
      Process second = edge(home, "--port", Integer.toString(port));
      assertThat(end(second))
          .contains("cannot listen on 127.0.0.1 port " + port)
          .contains("Address already in use")
          .contains("--port");
      assertThat(second.exitValue()).isEqualTo(1);
      process.destroy();
      assertThat(process.waitFor(10, TimeUnit.SECONDS)).isTrue();
      assertThat(home.resolve("edge/edge.sock")).doesNotExist();
      assertThat(client.ended()).isTrue();
    }
  }

  @Test
  void flagsItDoesNotKnowAreRefused(@TempDir Path home) throws IOException, InterruptedException {
    Process process = edge(home, "--prot", "1");
    assertThat(end(process)).contains("unknown flag --prot").contains("usage: stead-edge");
    assertThat(process.exitValue()).isEqualTo(1);
  }
}
