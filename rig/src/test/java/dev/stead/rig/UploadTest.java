package dev.stead.rig;

import static org.assertj.core.api.Assertions.assertThat;

import dev.stead.rig.host.Project;
import dev.stead.rig.host.Stead;
import java.io.IOException;
import java.nio.file.Files;
import org.junit.jupiter.api.Test;

/// How little of a fat jar travels when one class of it has changed, counted on the socket. It is
/// also the story of `stead init` in a Spring Boot project.
final class UploadTest {
  private static final long JAR_BYTES_MIN = 55_000_000;
  private static final long CHANGED_CLASS_BYTES_MAX = 1_000_000;
  private static final long UNCHANGED_BYTES_MAX = 100_000;

  /// How long the app takes to start is not what this is about.
  private static final String QUICKLY =
      """

      [rollout]
      settle = "300ms"

      [env]
      JAVA_TOOL_OPTIONS = "-XX:TieredStopAtLevel=1 -XX:+UseSerialGC"
      SPRING_MAIN_LAZY_INITIALIZATION = "true"
      """;

  @Test
  void aCleanBuildWithOneClassChangedSendsLessThanAMegabyte() throws IOException {
    try (var project = SpringShop.project();
        var stead = Stead.fresh()) {
      initialise(stead, project);
      stead.up(project);
      assertThat(Files.size(project.directory().resolve(SpringShop.JAR)))
          .isGreaterThan(JAR_BYTES_MIN);
      assertThat(stead.get("shop", "/").body()).isEqualTo("the shop is open");

      try (var meter = stead.meter()) {
        SpringShop.change(project, "open", "closed");
        stead.runMetered(project, "deploy").succeeded();
        assertThat(meter.takeSentBytes()).isLessThan(CHANGED_CLASS_BYTES_MAX);
        assertThat(stead.get("shop", "/").body()).isEqualTo("the shop is closed");

        project.write(
            "stead.toml", project.read("stead.toml").replaceAll("(?m)^command = \"mvn.*", ""));
        stead.runMetered(project, "deploy").succeeded();
        assertThat(meter.takeSentBytes()).isLessThan(UNCHANGED_BYTES_MAX);
      }
    }
  }

  private static void initialise(Stead stead, Project project) {
    stead.run(project, "init").succeeded().says("Spring Boot");
    var config = project.read("stead.toml");
    assertThat(config).contains("mvn").contains(SpringShop.JAR);
    project.write(
        "stead.toml",
        config.replaceAll(
                "(?m)^command = \"mvn.*", "command = \"mvn -q -B -DskipTests clean package\"")
            + QUICKLY);
  }
}
