package dev.stead.cli.project;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.stead.sdk.HttpConfig;
import dev.stead.sdk.ProblemException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// What `[http]` says of the way to the instances.
final class HttpForwardingTest {
  @TempDir private Path project;

  @Test
  void everyKeyIsRead() throws IOException {
    assertThat(
            read(
                "connect-timeout = \"250ms\"\nhold-requests = 20\nhold-timeout = \"2m\"\nbalance = \"round-robin\"\nbuffer-uploads = true\n"))
        .isEqualTo(
            new HttpConfig.Forwarding(
                Duration.ofMillis(250),
                20,
                Duration.ofMinutes(2),
                HttpConfig.Balance.ROUND_ROBIN,
                true));
  }

  @Test
  void whatIsNotSaidHasItsDefault() throws IOException {
    assertThat(read("")).isEqualTo(HttpConfig.Forwarding.DEFAULTS);
  }

  @Test
  void theUsualBalanceCanBeSaid() throws IOException {
    assertThat(read("balance = \"least-in-flight\"\n")).isEqualTo(HttpConfig.Forwarding.DEFAULTS);
  }

  @Test
  void whatCannotBeMeantIsRefusedWithItsLine() {
    assertThat(
            problems("connect-timeout = \"9ms\"\nhold-requests = 10001\nhold-timeout = \"61m\"\n"))
        .containsExactly(
            "stead.toml:5: [http] connect-timeout must be at least 10 ms",
            "stead.toml:6: [http] hold-requests must be a whole number from 0 to 10000, not 10001",
            "stead.toml:7: [http] hold-timeout must be at most 1 h 0 m, not \"61m\"");
    assertThat(problems("connect-timeout = \"2m\"\nhold-requests = \"all\"\nhold-timeout = 60\n"))
        .containsExactly(
            "stead.toml:5: [http] connect-timeout must be at most 1 m 0 s, not \"2m\"",
            "stead.toml:6: [http] hold-requests must be a whole number from 0 to 10000, not \"all\"",
            "stead.toml:7: [http] hold-timeout must be a duration such as \"500ms\", \"30s\" or"
                + " \"10m\", not 60");
    assertThat(problems("buffer-uploads = true\nprotocol = \"h2c\"\n"))
        .containsExactly(
            "stead.toml:5: [http] buffer-uploads needs an app that speaks \"http/1.1\": the bodies of"
                + " gRPC are streams");
    assertThat(problems("buffer-uploads = \"64K\"\n"))
        .containsExactly("stead.toml:5: [http] buffer-uploads must be true or false, not \"64K\"");
    assertThat(problems("balance = \"random\"\n"))
        .containsExactly(
            "stead.toml:5: [http] balance must be \"least-in-flight\" or \"round-robin\", not"
                + " \"random\"");
  }

  private Project project(String http) throws IOException {
    Files.writeString(
        project.resolve("stead.toml"),
        "app = \"cv\"\n[process.web]\ncommand = \"run\"\n[http]\n" + http);
    return Project.read(project);
  }

  private HttpConfig.Forwarding read(String http) throws IOException {
    return project(http).config().http().forwarding();
  }

  private List<String> problems(String http) {
    var thrown = catchThrowableOfType(ProblemException.class, () -> project(http));
    assertThat(thrown.problem().code()).isEqualTo("D-BAD-CONFIG");
    return thrown.problem().details();
  }
}
