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

/// How `[http]` says that instances are asked whether they are ready, and alive.
final class HttpChecksTest {
  @TempDir private Path project;

  @Test
  void anAppThatSpeaksH2cIsReadyOnceItsPortIsOpenOrAsItSays() throws IOException {
    var start = "app = \"cv\"\n[process.web]\ncommand = \"x\"\n[http]\n";
    var http = read(start + "protocol = \"h2c\"\n").config().http();
    assertThat(http.protocol()).isEqualTo(HttpConfig.Protocol.H2C);
    assertThat(http.health()).isEqualTo(HttpConfig.HEALTH_TCP);
    var h2c = start + "protocol = \"h2c\"\nhealth = ";
    assertThat(read(h2c + "\"/up\"\n").config().http().health()).isEqualTo("/up");
    assertThat(read(h2c + "\"grpc\"\n").config().http().health()).isEqualTo("grpc");
    assertThat(problems(start + "health = \"grpc\"\n"))
        .containsExactly("stead.toml:5: [http] health = \"grpc\" needs protocol = \"h2c\"");
    assertThat(problems(h2c + "\"gprc\"\n"))
        .containsExactly(
            "stead.toml:6: [http] health must be a path that starts with \"/\", \"tcp\", \"none\" or"
                + " \"grpc\", not \"gprc\"");
    assertThat(problems(start + "protocol = \"http/2\"\n"))
        .containsExactly(
            "stead.toml:5: [http] protocol must be \"http/1.1\" or \"h2c\", not \"http/2\"");
  }

  @Test
  void livenessIsAskedOnlyWhereItIsSaidAndSaysWhatIsWrongWithIt() throws IOException {
    var start = "app = \"cv\"\n[process.web]\ncommand = \"x\"\n[http]\n";
    assertThat(read(start).config().http().checks().liveness()).isEmpty();
    assertThat(read(start + "liveness = \"tcp\"\n").config().http().checks().liveness())
        .contains(new HttpConfig.Liveness("tcp", Duration.ofSeconds(10), 3));
    assertThat(problems(start + "liveness = \"none\"\n"))
        .containsExactly(
            "stead.toml:5: [http] liveness must be a path that starts with \"/\", \"tcp\" or"
                + " \"grpc\", not \"none\"");
    assertThat(problems(start + "liveness = \"grpc\"\n"))
        .containsExactly("stead.toml:5: [http] liveness = \"grpc\" needs protocol = \"h2c\"");
    assertThat(
            problems(
                start
                    + "liveness = \"/alive\"\nliveness-interval = \"50ms\"\nliveness-failures = 0\n"))
        .containsExactly(
            "stead.toml:6: [http] liveness-interval must be at least 1.0 s",
            "stead.toml:7: [http] liveness-failures must be a whole number from 1 to 100, not 0");
    assertThat(problems(start + "liveness-failures = 5\n"))
        .containsExactly(
            "stead.toml:5: [http] liveness-failures says nothing without liveness, such as"
                + " liveness = \"/alive\"");
  }

  @Test
  void aCommandMayTellThatAnAppIsReady() throws IOException {
    var start = "app = \"cv\"\n[process.web]\ncommand = \"x\"\n[http]\nhealth = ";
    var http = read(start + "{ command = \"bin/ready\" }\n").config().http();
    assertThat(http.checks().command()).contains("bin/ready");
    assertThat(http.health()).as("what the edge asks").isEqualTo(HttpConfig.HEALTH_TCP);
    assertThat(problems(start + "{}\n"))
        .containsExactly(
            "stead.toml:5: [http] health has no command; write health = { command = \"bin/ready\" },"
                + " or a path");
    assertThat(problems(start + "{ command = \" \", comand = \"x\" }\n"))
        .containsExactlyInAnyOrder(
            "stead.toml:5: unknown key 'comand' in [http.health]; did you mean 'command'?",
            "stead.toml:5: [http.health] command must not be empty, or leave it out, not \" \"");
    assertThat(problems(start + "5\n"))
        .containsExactly("stead.toml:5: [http] health must be text in quotes, not 5");
  }

  private Project read(String text) throws IOException {
    Files.writeString(project.resolve("stead.toml"), text);
    return Project.read(project);
  }

  private List<String> problems(String text) {
    var thrown = catchThrowableOfType(ProblemException.class, () -> read(text));
    return thrown.problem().details();
  }
}
