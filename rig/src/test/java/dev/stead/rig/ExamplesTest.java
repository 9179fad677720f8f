package dev.stead.rig;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import dev.stead.cli.project.Project;
import dev.stead.rig.host.Eventually;
import dev.stead.sdk.AppConfig;
import java.io.IOException;
import java.lang.ProcessBuilder.Redirect;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/// Every example builds, runs, answers and ends as its `stead.toml` says, without Stead.
final class ExamplesTest {
  private static final Duration START = Duration.ofSeconds(30);
  private static final Duration BUILD = Duration.ofMinutes(3);

  @TestFactory
  Stream<DynamicTest> everyAppHasAProjectFileThatIsValid() {
    return Repository.appDirectories().stream()
        .map(app -> dynamicTest(name(app), () -> assertThat(Project.read(app)).isNotNull()));
  }

  @TestFactory
  Stream<DynamicTest> everyExampleRuns() {
    return Repository.appDirectories().stream()
        .filter(app -> Repository.relative(app).startsWith("examples"))
        .map(app -> dynamicTest(name(app), () -> runs(app)));
  }

  private static String name(Path app) {
    return app.getFileName().toString();
  }

  private static void runs(Path app) throws IOException, InterruptedException {
    try (var copy = dev.stead.rig.host.Project.copyOf(Repository.relative(app).toString())) {
      var project = Project.read(copy.directory());
      for (var command : commandsBefore(project)) {
        var process = shell(copy.directory(), command, 0);
        assertThat(process.waitFor(BUILD.toSeconds(), TimeUnit.SECONDS)).as(command).isTrue();
        assertThat(process.exitValue()).as(command).isZero();
      }
      var web = project.config().processes().get(AppConfig.WEB);
      if (web == null) {
        var dir = project.config().staticFiles().orElseThrow().dir();
        assertThat(copy.directory().resolve(dir).resolve("index.html")).isNotEmptyFile();
      } else {
        answers(copy.directory(), web.command(), project.config().http().health());
      }
    }
  }

  private static List<String> commandsBefore(Project project) {
    return Stream.of(project.build().command(), project.config().install())
        .flatMap(Optional::stream)
        .toList();
  }

  private static void answers(Path directory, String command, String health)
      throws IOException, InterruptedException {
    int port = freePort();
    var process = shell(directory, "exec " + command, port);
    try (var client = HttpClient.newHttpClient()) {
      Eventually.succeeds(
          "%s of %s to answer".formatted(health, directory),
          START,
          () -> get(client, port, health).isPresent());
      assertThat(get(client, port, "/")).hasValueSatisfying(page -> assertThat(page).isNotBlank());

      process.destroy();
      assertThat(process.waitFor(10, TimeUnit.SECONDS)).as("ends on SIGTERM").isTrue();
      assertThat(process.exitValue()).isIn(0, 143);
      assertThat(Files.readString(directory.resolve("output"))).endsWith(" has finished\n");
    } finally {
      process.destroyForcibly();
    }
  }

  /// The body of a 200.
  private static Optional<String> get(HttpClient client, int port, String path)
      throws IOException, InterruptedException {
    var uri = URI.create("http://127.0.0.1:%d%s".formatted(port, path));
    var answer = client.send(HttpRequest.newBuilder(uri).build(), BodyHandlers.ofString());
    return Optional.of(answer).filter(it -> it.statusCode() == 200).map(it -> it.body());
  }

  private static Process shell(Path directory, String command, int port) throws IOException {
    var builder =
        new ProcessBuilder("/bin/sh", "-c", command)
            .directory(directory.toFile())
            .redirectErrorStream(true)
            .redirectOutput(Redirect.appendTo(directory.resolve("output").toFile()));
    builder.environment().put("HOST", "127.0.0.1");
    builder.environment().put("PORT", Integer.toString(port));
    return builder.start();
  }

  private static int freePort() throws IOException {
    try (var socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return socket.getLocalPort();
    }
  }
}
