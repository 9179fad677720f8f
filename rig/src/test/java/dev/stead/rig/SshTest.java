package dev.stead.rig;

import static org.assertj.core.api.Assertions.assertThat;

import dev.stead.rig.host.Outcome;
import dev.stead.rig.server.Laptop;
import dev.stead.rig.server.OnServers;
import dev.stead.rig.server.Rig;
import dev.stead.rig.server.Server;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/// The way to a server, and what is said when there is none: one bare server, and a laptop for each
/// test. The commands' own work is for other tests; here they come as far as the agent that is not
/// there.
@OnServers
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class SshTest {
  private static final int NO_AGENT = 3;

  private final Rig rig;
  private final Server server;
  private Laptop laptop;

  SshTest(Rig rig) {
    this.rig = rig;
    this.server = rig.debian12();
    this.laptop = rig.laptop(server);
  }

  @BeforeEach
  void anotherLaptop() {
    laptop.close();
    laptop = rig.laptop(server);
  }

  @AfterAll
  void end() {
    laptop.close();
    server.close();
  }

  @Test
  void aServerWithoutSteadIsTold() {
    refused(server.alias()).says("C-NO-STEAD", "stead seed " + server.alias());
  }

  @Test
  void laterCommandsShareTheConnectionAndOneThatWasCutIsMadeAgain() {
    var sudoer = Server.SUDOER + "@" + server.alias();
    int before = logins();
    refused(sudoer).says("C-NO-STEAD");
    refused(sudoer).says("C-NO-STEAD");
    assertThat(logins()).isEqualTo(before + 1);
    server.run("pkill -u %s sshd".formatted(Server.SUDOER)).succeeded();
    refused(sudoer).says("C-NO-STEAD");
    assertThat(logins()).isEqualTo(before + 2);
  }

  @Test
  void anUnknownHostKeyIsNotTakenUnasked() throws IOException {
    Files.writeString(ssh("known_hosts"), "");
    refused(server.alias()).says("C-SSH-HOST-KEY-UNKNOWN", "ssh " + server.alias() + " true");
  }

  @Test
  void aChangedHostKeyIsAnAlarmWithTheCommandThatRemovesTheOldOne() throws IOException {
    var known = Files.readString(ssh("known_hosts"));
    var own = Files.readString(ssh("id_ed25519.pub")).split(" ", -1)[1];
    var wrong = known.replaceFirst("(ssh-ed25519) \\S+", "$1 " + own);
    assertThat(wrong).isNotEqualTo(known);
    Files.writeString(ssh("known_hosts"), wrong);
    refused(server.alias()).says("C-SSH-HOST-KEY-CHANGED", "ssh-keygen", "-R");
  }

  @Test
  void aUserWhoIsNotLetInIsTold() {
    refused("nobody@" + server.alias()).says("C-SSH-AUTH", "Permission denied");
  }

  @Test
  void anAddressWithoutASystemAndAPortWithoutAnSshdAreTold() throws IOException {
    configure(
        "Host empty%n  HostName %s%n".formatted(server.address().replaceFirst("\\d+$", "250")));
    configure("Host deaf%n  HostName %s%n  Port 23%n".formatted(server.address()));
    refused("empty").says("C-SSH-NO-ROUTE");
    refused("deaf").says("C-SSH-REFUSED", "~/.ssh/config");
    refused("nowhere.invalid").says("C-SSH-UNKNOWN-HOST");
  }

  @Test
  void aServerThatDoesNotAnswerIsGivenUp() {
    server.freeze();
    try {
      refused(server.alias()).says("C-SSH-TIMEOUT");
    } finally {
      server.thaw();
    }
  }

  @Test
  void aUserOutsideTheGroupIsToldHowToJoinIt() {
    pretendAgent();
    try {
      refused(Server.GUEST + "@" + server.alias())
          .says("C-NO-RIGHT", Server.GUEST, "usermod -aG stead");
      refused(server.alias()).says("C-SERVER-AGENT-DOWN");
    } finally {
      server.run("rm -rf /opt/stead /run/stead").succeeded();
    }
  }

  @Test
  void anSshdThatForbidsForwardingIsToldFromAnAgentThatIsDown() {
    pretendAgent();
    var setting = "/etc/ssh/sshd_config.d/stead-test.conf";
    server.run("echo 'AllowStreamLocalForwarding no' > %s".formatted(setting)).succeeded();
    server.run("systemctl reload ssh").succeeded();
    try {
      refused(server.alias()).says("C-SSH-NO-FORWARDING", "AllowStreamLocalForwarding yes");
    } finally {
      server.run("rm -rf /opt/stead /run/stead %s; systemctl reload ssh".formatted(setting));
    }
  }

  @Test
  void aJumpHostOfTheUsersConfigIsGoneThrough() throws IOException {
    try (var inner = rig.debian12()) {
      laptop.knows(inner);
      configure("Host inside%n  HostName %s%n  User root%n".formatted(inner.address()));
      configure("  HostKeyAlias %s%n  ProxyJump %s%n".formatted(inner.address(), server.alias()));
      refused("inside").says("C-NO-STEAD");
      assertThat(inner.run("ss -Htn state established sport = :22").succeeded().out())
          .contains(server.address() + ":");
    }
  }

  /// A program's directory and a socket of root's, as if an agent were there: nobody answers.
  private void pretendAgent() {
    server
        .run(
            "mkdir -p /opt/stead/current /run/stead && systemd-run -q systemd-socket-activate -l"
                + " /run/stead/agent.sock true && timeout 10 sh -c 'until [ -S"
                + " /run/stead/agent.sock ]; do :; done'")
        .succeeded();
  }

  private int logins() {
    return Integer.parseInt(
        server
            .run(
                "journalctl -q -u ssh | grep -c 'Accepted publickey for %s'; true"
                    .formatted(Server.SUDOER))
            .succeeded()
            .out()
            .strip());
  }

  private Outcome refused(String destination) {
    var outcome = laptop.run("status", "--server", destination);
    assertThat(outcome.exit()).as("%s", outcome).isEqualTo(NO_AGENT);
    return outcome;
  }

  private void configure(String lines) throws IOException {
    Files.writeString(ssh("config"), lines, StandardOpenOption.APPEND);
  }

  private Path ssh(String file) {
    return laptop.home().resolve(".ssh").resolve(file);
  }
}
