package dev.stead.rig;

import static org.assertj.core.api.Assertions.assertThat;

import dev.stead.rig.host.Outcome;
import dev.stead.rig.server.Debian;
import dev.stead.rig.server.Laptop;
import dev.stead.rig.server.OnServers;
import dev.stead.rig.server.Rig;
import dev.stead.rig.server.Server;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;

/// `stead seed` on bare servers: what it refuses, and what becomes of runs that were cut off.
@Order(Turn.LAST)
@OnServers
final class SeedTest {
  private static final Duration PATIENCE = Duration.ofMinutes(2);

  private final Rig rig;

  SeedTest(Rig rig) {
    this.rig = rig;
  }

  @Test
  void whatIsWrongIsNamedBeforeAnythingIsChanged() {
    try (var server = rig.debian12();
        var laptop = rig.laptop(server)) {
      var before = traces(server);
      seed(laptop, Server.GUEST + "@" + server.alias()).says("C-SEED-SUDO", Server.GUEST);
      server.run("systemd-run -q --unit=web systemd-socket-activate -l 80 cat").succeeded();
      server.run("systemd-run -q --unit=tls systemd-socket-activate -l 443 cat").succeeded();
      seed(laptop, server.alias())
          .says("C-SEED-PORT", "port 80 is taken by process", "systemd-socket-activate -l 80")
          .says("port 443 is taken");
      server.run("systemctl stop web tls").succeeded();

      pretend(server, "date", "expr $(/bin/date +%s) - 300");
      pretend(server, "uname", "echo aarch64");
      seed(laptop, server.alias())
          .says("C-SEED-CLOCK", "behind", "C-SEED-ARCH", "aarch64")
          .doesNotSay("C-SEED-PORT");
      server.run("rm /usr/local/bin/*; mv /usr/bin/gzip /srv").succeeded();
      seed(laptop, server.alias()).says("C-SEED-TOOLS", "gzip");
      server.run("mv /srv/gzip /usr/bin; mv /etc/os-release /srv").succeeded();
      server.run("printf 'ID=fedora\\nPRETTY_NAME=\"Fedora Linux 43\"\\n' > /etc/os-release");
      seed(laptop, server.alias()).says("C-SEED-OS", "Fedora Linux 43", "Platform");
      server.run("mv /srv/os-release /etc/os-release").succeeded();
      server.limitMemory(256);
      seed(laptop, server.alias()).says("C-SEED-MEMORY", "256 MiB");
      assertThat(traces(server)).isEqualTo(before);
    }
  }

  @Test
  void aDiskThatIsTooSmallIsRefused() {
    try (var server = rig.serverOnDisk(Debian.BOOKWORM, 400);
        var laptop = rig.laptop(server)) {
      seed(laptop, server.alias()).says("C-SEED-DISK", "/opt/stead", "/var/lib/stead");
    }
  }

  @Test
  void aPlanChangesNothing() {
    try (var server = rig.debian12();
        var laptop = rig.laptop(server)) {
      var before = traces(server);
      laptop
          .run("seed", server.alias(), "--plan")
          .succeeded()
          .says("Debian GNU/Linux 12", "upload", "stead-edge", "Nothing was changed");
      assertThat(traces(server)).isEqualTo(before);
      laptop.run("seed", server.alias(), "--back").failed().says("C-SEED-NO-FORMER");
    }
  }

  @Test
  void aRunKilledAtAnyStepIsFinishedByTheNextAndAnUploadGoesOnWhereItWasCut() {
    try (var server = rig.debian12();
        var laptop = rig.laptop(server)) {
      var sudoer = Server.SUDOER + "@" + server.alias();
      for (var step : List.of("users ", "upload  ", "install ", "units ", "agent ", "edge ")) {
        killedAt(step, laptop, server);
      }
      laptop.run("seed", sudoer).succeeded().says("nothing to send", "answers on port 80");
      laptop.run("status", "--server", sudoer).succeeded().says("no apps yet");
      assertThat(traces(server)).doesNotContain(".making").doesNotContain(".new");
    }
  }

  private static void killedAt(String step, Laptop laptop, Server server) {
    try (var run = laptop.start("seed", Server.SUDOER + "@" + server.alias())) {
      run.awaitPrinted("\n" + step.strip() + "  ", PATIENCE);
      if (step.startsWith("upload")) {
        awaitParts(server);
      }
    }
  }

  @Test
  void anUploadThatIsCutGoesOnByItself() {
    try (var server = rig.debian12();
        var laptop = rig.laptop(server)) {
      var sudoer = Server.SUDOER + "@" + server.alias();
      try (var run = laptop.start("seed", sudoer)) {
        run.awaitPrinted("\nupload  ", PATIENCE);
        awaitParts(server);
        server.run("pkill -u %s sshd".formatted(Server.SUDOER)).succeeded();
        run.await(PATIENCE).succeeded().says("cut off", "answers on port 80");
      }
    }
  }

  private static void awaitParts(Server server) {
    server
        .run(
            "timeout 60 sh -c 'until [ $(ls /opt/stead/incoming 2> /dev/null | wc -l) -gt 2 ]; do"
                + " :; done'")
        .succeeded();
  }

  private static Outcome seed(Laptop laptop, String server) {
    return laptop.run("seed", server).failed().says("Nothing was changed.");
  }

  /// A program of this name that comes before the system's own.
  private static void pretend(Server server, String name, String script) {
    server
        .run(
            "printf '%%s\\n' '#!/bin/sh' '%s' > /usr/local/bin/%s; chmod 755 /usr/local/bin/%s"
                .formatted(script, name, name))
        .succeeded();
  }

  /// All that a seed leaves on a server.
  private static String traces(Server server) {
    return server
        .run(
            "ls -d /opt/stead /opt/stead/* /var/lib/stead /run/stead /etc/systemd/system/stead*"
                + " /etc/tmpfiles.d/stead* 2> /dev/null; grep stead /etc/passwd /etc/group; true")
        .succeeded()
        .out();
  }
}
