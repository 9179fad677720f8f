package dev.stead.agent.deploy;

import static org.assertj.core.api.Assertions.assertThat;

import dev.stead.edge.control.Service.Mode;
import dev.stead.sdk.RolloutConfig.Strategy;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.OptionalLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// Rollouts in which old and new do not run at the same time.
final class HoldTest {
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
  void aVolumeMakesTheEdgeHoldRequestsWhileItsWritersAreExchanged() throws Exception {
    var alone = "test ! -e data/lock && touch data/lock && trap 'rm data/lock; exit 0' TERM && ";
    var app =
        Sample.of("cv")
            .volume("data", "data")
            .process("web", alone + "{ python3 -S -E server.py & wait; }", 1);
    var first = world.deploy(app.config(), world.upload(Sample.server("one")));
    assertThat(first.text()).doesNotContain("strategy hold").contains("done");
    Files.writeString(world.home.resolve("volumes/cv/data/note"), "kept");

    var second = world.deploy(app.config(), world.upload(Sample.server("two")));
    assertThat(second.text()).contains("strategy hold, volume data has one writer", "done");
    assertThat(world.get("cv", "/")).isEqualTo("two");
    assertThat(world.bundles.directory("cv", 2).resolve("data/note")).hasContent("kept");
    var modes =
        world.edge.tables().stream()
            .flatMap(table -> table.services().stream())
            .map(service -> service.mode() + " " + service.release())
            .distinct()
            .toList();
    assertThat(modes).isEqualTo(List.of("OPEN 1", "HOLD 1", "OPEN 2"));
  }

  @Test
  void whenTheNewOneFailsTheOldOneIsStartedAgain() throws Exception {
    var app = Sample.of("cv").strategy(Strategy.HOLD);
    world.deploy(app.config(), world.upload(Sample.server("one")));
    var bad = app.process("web", "exit 1", 1).config();
    var end = world.deploy(bad, world.upload(Sample.server("two")));
    assertThat(end.text()).contains("as stead.toml asks", "started web.1 of v1 again", "D-CRASHED");
    assertThat(world.get("cv", "/")).isEqualTo("one");
    assertThat(world.edge.service("cv").orElseThrow().mode()).isEqualTo(Mode.OPEN);
    assertThat(world.running()).hasSize(1);
  }

  @Test
  void tooLittleMemoryForBothMeansHoldAndForNeitherMeansNo() throws Exception {
    var proc = Files.createDirectories(world.home.resolve("proc/sys/kernel/random"));
    Files.writeString(proc.resolve("boot_id"), "boot\n");
    var meminfo = world.home.resolve("proc/meminfo");
    Files.writeString(meminfo, "MemAvailable: 10485760 kB\n");
    Files.writeString(world.home.resolve("proc/cpuinfo"), "flags : fpu\n");
    world.dropAgent();
    world.machine = new Machine(world.home.resolve("proc"), Path.of("/nowhere"));
    world.startAgent();
    var app = Sample.of("cv").process("web", Sample.WEB, 1, OptionalLong.of(100L << 20), true);
    world.deploy(app.config(), world.upload(Sample.server("one")));
    World.await(
        "a look at the memory in use",
        () -> world.apps.status("cv").instances().getFirst().memoryBytes().orElse(0L) > 0);
    var used = world.apps.status("cv").instances().getFirst().memoryBytes().orElseThrow();

    var free = (100L << 20) - used / 2 + Machine.MEMORY_RESERVE_BYTES;
    Files.writeString(meminfo, "MemAvailable: %d kB\n".formatted(free >> 10));
    var end = world.deploy(app.config(), world.upload(Sample.server("two")));
    assertThat(end.text()).contains("strategy hold, the new instances need 100 MiB", "done");
  }

  @Test
  void aWorkerThatMayNotRunTwiceMakesWayAndComesBackWhenTheNewOneFails() throws Exception {
    var app = Sample.of("cv").process("worker", "sleep 60", 1, OptionalLong.empty(), false);
    world.deploy(app.config(), world.upload(Sample.server("one")));
    var second = world.deploy(app.config(), world.upload(Sample.server("two")));
    assertThat(second.text()).contains("stopping the old worker first (overlap = false)", "done");

    var bad =
        app.settle(java.time.Duration.ofSeconds(2))
            .process("worker", "exit 5", 1, OptionalLong.empty(), false);
    var end = world.deploy(bad.config(), world.upload(Sample.server("three")));
    assertThat(end.text()).contains("started worker.1 of v2 again", "D-CRASHED");
    assertThat(world.running()).hasSize(2).allMatch(id -> id.startsWith("cv-v2-"));
  }
}
