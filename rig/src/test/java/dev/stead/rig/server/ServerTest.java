package dev.stead.rig.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.stead.rig.host.Eventually;
import dev.stead.rig.host.Outcome;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.time.Duration;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// What the rig promises of its servers.
@OnServers
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class ServerTest {
  private static final Duration PATIENCE = Duration.ofSeconds(5);
  private static final int SSH = 22;

  /// Long enough for a server that can answer to do it, short enough to wait for one that cannot.
  private static final Duration SILENCE = Duration.ofMillis(700);

  /// Eats some 200 MB.
  private static final String GREEDY = "head -c 200M /dev/zero | tail > /dev/null";

  private static final int KILLED = 128 + 9;

  private final Rig rig;
  private final Server server;

  ServerTest(Rig rig) {
    this.rig = rig;
    this.server = rig.debian12();
  }

  @AfterAll
  void end() {
    server.close();
  }

  @ParameterizedTest
  @EnumSource
  void aServerOfEachReleaseRunsSystemdWhichKillsForMemory(Debian release) {
    try (var fresh = rig.server(release)) {
      assertThat(out(fresh.run(". /etc/os-release; echo $VERSION_CODENAME")))
          .isEqualTo(release.suite());
      assertThat(out(fresh.run("systemctl is-system-running --wait"))).isEqualTo("running");
      var killed = fresh.run("systemd-run -q --wait -p MemoryMax=32M sh -c '%s'".formatted(GREEDY));
      assertThat(killed.exit()).as("%s", killed).isEqualTo(KILLED);
      fresh.run("systemd-run -q --wait -p MemoryMax=800M sh -c '%s'".formatted(GREEDY)).succeeded();
    }
  }

  @Test
  void oneUserHasSudoAndOneHasNot() {
    assertThat(out(server.runAs(Server.SUDOER, "sudo -n id -un"))).isEqualTo("root");
    assertThat(out(server.runAs(Server.GUEST, "id -un"))).isEqualTo(Server.GUEST);
    server.runAs(Server.GUEST, "sudo -n id -un").failed();
  }

  @Test
  void aLimitOfTheWholeServerHoldsAndSurvivesAReboot() {
    try (var small = rig.debian12()) {
      small.limitMemory(128);
      small.reboot();
      assertThat(out(small.run("cat /sys/fs/cgroup/memory/memory.limit_in_bytes")))
          .isEqualTo(Long.toString(128 << 20));
      assertThat(small.run("systemd-run -q --wait sh -c '%s'".formatted(GREEDY)).exit())
          .isEqualTo(KILLED);
      small.limitMemory(512);
      small.run("systemd-run -q --wait sh -c '%s'".formatted(GREEDY)).succeeded();
    }
  }

  @Test
  void aServerHasOnlyTheProcessorThatItIsGiven() {
    var work =
        "i=0; while [ $i -lt 100000 ]; do i=$((i + 1)); done;"
            + " grep nr_throttled /sys/fs/cgroup/cpu/cpu.stat";
    assertThat(out(server.run(work))).isEqualTo("nr_throttled 0");
    server.limitCpu(0.2);
    assertThat(out(server.run(work))).isNotEqualTo("nr_throttled 0");
    server.limitCpu(Runtime.getRuntime().availableProcessors());
  }

  @Test
  void aRebootIsAnotherBootOfTheSameServer() {
    var boot = out(server.run("cat /proc/sys/kernel/random/boot_id"));
    server.run("echo here > /srv/file; echo there > /run/file").succeeded();
    server.reboot();
    assertThat(out(server.run("cat /proc/sys/kernel/random/boot_id"))).isNotEqualTo(boot);
    assertThat(out(server.run("cat /srv/file"))).isEqualTo("here");
    server.run("cat /run/file").failed();
  }

  @Test
  void thePowerCutLosesWhatWasNotSyncedAndOnlyThat() {
    // Whose connection, in a mount namespace of the laptop's, outlives the server.
    var laptop = rig.laptop(server);
    var master = laptop.home().resolve("master").toString();
    laptop.runProgram("ssh", "-fNM", "-S", master, server.alias()).succeeded();
    server.run("echo synced > /srv/synced; sync; echo lost > /srv/unsynced").succeeded();
    server.powerCut();
    server.boot();
    assertThat(out(server.run("cat /srv/synced"))).isEqualTo("synced");
    assertThat(out(server.run("cat /srv/unsynced 2> /dev/null || true"))).isEmpty();
    laptop.close();
  }

  @Test
  void aKilledInitTakesAllProcessesAndLeavesWhatTheyWrote() {
    server.run("systemd-run -q --unit=busy sleep infinity; systemctl is-active busy").succeeded();
    server.run("echo written > /srv/written").succeeded();
    server.killInit();
    server.boot();
    assertThat(out(server.run("cat /srv/written"))).isEqualTo("written");
    server.run("systemctl is-active busy").failed();
  }

  @Test
  void aFrozenServerIsSilentUntilItThaws() {
    assertThat(answers()).isTrue();
    server.freeze();
    assertThat(answers()).isFalse();
    server.thaw();
    assertThat(answers()).isTrue();
  }

  @Test
  void aPartitionedServerIsSilentUntilItHeals() {
    server.partition();
    assertThat(answers()).isFalse();
    server.heal();
    Eventually.until("an answer", PATIENCE, this::answers);
  }

  @Test
  void aSmallDiskIsSoonFull() {
    try (var small = rig.serverOnDisk(Debian.BOOKWORM, 128)) {
      small.run("head -c 200M /dev/zero > /srv/file").failed().says("No space left on device");
      small.run("rm /srv/file; head -c 50M /dev/zero > /srv/file").succeeded();
    }
  }

  @Test
  void packagesComeThroughTheBridgeAndNothingElseDoes() {
    server.run("apt-get -q update && apt-get -q -y install hello && hello").succeeded();
    server.run("ip route get 198.51.100.1").failed();
    var registry = HostCommand.run("npm", "config", "get", "registry").strip();
    server.run(proxied(registry)).succeeded();
    server.run(proxied("https://example.com/")).failed();
  }

  private String proxied(String uri) {
    return "curl -sSf -o /dev/null --max-time 20 --proxy \"$(sed -n 's/^proxy=//p' /etc/npmrc)\" "
        + uri;
  }

  @Test
  void aLaptopReachesAServerByItsAliasWhenItKnowsIt() {
    try (var laptop = rig.laptop(server);
        var other = rig.laptop()) {
      assertThat(out(laptop.runProgram("ssh", server.alias(), "id -un; hostname")))
          .isEqualTo("root\n" + server.alias());
      assertThat(out(laptop.runProgram("ssh", Server.SUDOER + "@" + server.alias(), "id -un")))
          .isEqualTo(Server.SUDOER);
      other
          .runProgram("ssh", "-o", "BatchMode=yes", server.address(), "true")
          .failed()
          .says("Host key verification failed");
    }
  }

  private boolean answers() {
    try (var socket = new Socket()) {
      socket.connect(new InetSocketAddress(server.address(), SSH), (int) SILENCE.toMillis());
      socket.setSoTimeout((int) SILENCE.toMillis());
      return socket.getInputStream().read() == 'S';
    } catch (IOException e) {
      return false;
    }
  }

  private static String out(Outcome outcome) {
    return outcome.succeeded().out().strip();
  }
}
