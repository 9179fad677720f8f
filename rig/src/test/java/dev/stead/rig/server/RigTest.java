package dev.stead.rig.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.stead.rig.host.Eventually;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Isolated;

/// What the rig promises of this machine: that it gets it back as it was.
@OnServers
@Isolated("It opens rigs of its own, which take and sweep slots.")
final class RigTest {
  private static final Duration PATIENCE = Duration.ofSeconds(30);
  private static final Pattern SLOT = Pattern.compile("booted in slot (\\d+)");

  @Test
  void nothingIsLeftOfWhatIsClosed() throws IOException {
    Place place;
    // Some other process's mount namespace may keep a disk of the rig's. That must not matter.
    Process other;
    try (var rig = Rig.open()) {
      place = rig.place();
      final String alias;
      try (var server = rig.debian12();
          var laptop = rig.laptop(server)) {
        alias = server.alias();
        other = new ProcessBuilder("unshare", "--mount", "sleep", "60").start();
        laptop.runProgram(
            "ssh", "-fNM", "-S", laptop.home().resolve("master").toString(), server.alias());
        assertThat(rig.contents()).anyMatch(found -> found.contains(alias));
      }
      assertThat(rig.contents())
          .noneMatch(found -> found.contains(alias) || found.contains("laptop"));
      rig.debian12().killInit();
      rig.debian12().freeze();
      rig.laptop();
    }
    assertThat(place.contents()).isEmpty();
    other.destroyForcibly().onExit().join();
  }

  @Test
  void whatAKilledRunLeftIsSweptByTheNext(@TempDir Path dir) throws IOException {
    var out = dir.resolve("out").toFile();
    var run =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-cp",
                System.getProperty("java.class.path"),
                Main.class.getName())
            .redirectErrorStream(true)
            .redirectOutput(out)
            .start();
    try {
      Eventually.succeeds(
          "a server in another run",
          PATIENCE,
          () -> Files.readString(out.toPath()).contains("booted"));
    } finally {
      run.destroyForcibly().onExit().join();
    }
    var place = new Place(slotIn(Files.readString(out.toPath())));
    assertThat(place.contents()).hasSizeGreaterThan(5);
    Rig.open().close();
    assertThat(place.contents()).isEmpty();
  }

  private static int slotIn(String printed) {
    var found = SLOT.matcher(printed);
    assertThat(found.find()).as(printed).isTrue();
    return Integer.parseInt(found.group(1));
  }

  /// A test run with a server, for killing.
  static final class Main {
    private Main() {}

    static void main() throws InterruptedException {
      var rig = Rig.open();
      rig.debian12();
      System.out.println("booted in slot " + rig.place().number());
      new CountDownLatch(1).await();
    }
  }
}
