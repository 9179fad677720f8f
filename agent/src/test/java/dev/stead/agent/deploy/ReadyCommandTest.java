package dev.stead.agent.deploy;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// Apps of which a command tells whether they are ready.
final class ReadyCommandTest {
  private World world;

  @BeforeEach
  void open() throws Exception {
    world = new World();
  }

  @AfterEach
  void close() throws Exception {
    world.close();
  }

  @Test
  void itRunsAsTheInstanceDoesUntilItSaysYes() throws Exception {
    var asked =
        """
        echo "$STEAD_INSTANCE $PORT $COLOR" > told
        [ -e again ] || { touch again; exit 1; }
        [ ! -e full ] || { echo the queue is full; echo >&2; exit 3; }
        """;
    var deploy = deploy(Sample.of("cv").env("COLOR", "red").ready("sh ready"), asked);

    assertThat(deploy.code()).as(deploy.text()).isEmpty();
    var instance = world.live("cv").instances().getFirst();
    assertThat(file("told"))
        .hasContent("%s %d red".formatted(instance.id(), instance.port().orElseThrow()));
    assertThat(file("again")).as("it was asked twice").exists();
    assertThat(world.edge.service("cv").orElseThrow().health()).isEqualTo("tcp");
    assertThat(world.apps.findings().toString()).contains("v1 serves");

    Files.createFile(file("full"));
    assertThat(world.apps.findings().toString())
        .contains("runs, but `sh ready`: exited with code 3, saying: the queue is full");
  }

  @Test
  void aDeployThatItNeverLetsPassSaysWhatItSaid() throws Exception {
    var deploy =
        deploy(Sample.of("cv").ready("sh ready"), "echo looking; echo no database >&2; exit 1");

    assertThat(deploy.code()).contains("D-HEALTH-FAILED");
    assertThat(deploy.text()).contains("`sh ready`: exited with code 1, saying: no database");
  }

  @Test
  void oneThatHangsIsEndedWithAllThatItStarted() throws Exception {
    var hang =
        """
        sleep 1000 & echo $$ $! >> "$HUNG"
        printf looking
        wait
        """;
    var hung = world.home.resolve("hung");
    var app = Sample.of("cv").env("HUNG", hung.toString()).ready("sh ready");

    var deploy = deploy(app, hang);

    assertThat(deploy.text()).contains("`sh ready`: had not ended after 5 s, saying: looking");
    var processes = List.of(Files.readString(hung).strip().split("\\s+"));
    assertThat(processes).hasSizeGreaterThanOrEqualTo(2);
    World.await(
        "the end of all of them", () -> processes.stream().noneMatch(ReadyCommandTest::lives));
  }

  private static boolean lives(String process) {
    return ProcessHandle.of(Long.parseLong(process)).isPresent();
  }

  private World.End deploy(Sample app, String ready) throws Exception {
    Map<String, String> files = new TreeMap<>(Sample.server("well"));
    files.put("ready", ready);
    return world.deploy(app.config(), world.upload(files));
  }

  private Path file(String name) {
    return world.bundles.directory("cv", 1).resolve(name);
  }
}
