package dev.stead.rig;

import static org.assertj.core.api.Assertions.assertThat;

import dev.stead.rig.host.Distribution;
import dev.stead.rig.host.Eventually;
import dev.stead.rig.host.Outcome;
import dev.stead.rig.host.Project;
import dev.stead.rig.server.Laptop;
import dev.stead.rig.server.OnServers;
import dev.stead.rig.server.Rig;
import dev.stead.rig.server.Server;
import java.time.Duration;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/// Several people and machines that work on one server: who may do what, and what is written down.
@OnServers
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class OperatorsTest {
  private static final Duration PATIENCE = Duration.ofSeconds(20);

  private final Rig rig;
  private final Server server;
  private final Laptop laptop;
  private final Project cv = site("cv", "");
  private final Project shop = site("shop", "[http]\nhosts = [\"shop.example\"]\n");

  OperatorsTest(Rig rig) {
    this.rig = rig;
    this.server = rig.debian12();
    this.laptop = rig.laptop(server);
    install();
    deploy(laptop, shop, server.alias()).succeeded();
    deploy(laptop, cv, server.alias()).succeeded();
  }

  @AfterAll
  void end() {
    cv.close();
    shop.close();
    laptop.close();
    server.close();
  }

  @Test
  void aTokenDeploysItsAppAndDoesNothingElse() {
    var made = create("ci");
    try (var ci = rig.laptop(server)) {
      ci.useKey(laptop.home().resolve("ci.key"));

      cv.write("public/index.html", "by the token");
      deploy(ci, cv, made).succeeded().says("cv v");
      assertThat(page()).isEqualTo("by the token");
      ci.run("status", "--server", made).succeeded().says("cv v").doesNotSay("shop");

      deploy(ci, shop, made).failed().says("A-TOKEN-SCOPE", "this token may deploy cv only");
      ci.run("status", "--app", "shop", "--server", made).failed().says("A-TOKEN-SCOPE");
      for (var command : new String[] {"restart", "history", "logs", "stop"}) {
        ci.run(command, "--app", "cv", "--server", made).failed().says("A-TOKEN-SCOPE");
      }
      ci.run("env", "list", "--app", "cv", "--server", made).failed().says("A-TOKEN-SCOPE");
      ci.run("doctor", made).failed().says("A-TOKEN-SCOPE");
      ci.runProgram("ssh", made, "id").failed().doesNotSay("uid=");
      ci.runProgram("ssh", "-W", "127.0.0.1:22", made).failed().says("administratively");
      ci.runProgram("ssh", "-N", "-o", "ExitOnForwardFailure=yes", "-R", "21000:x:1", made)
          .failed()
          .says("remote port forwarding failed");
      assertThat(throughTunnel(ci, made, "/run/stead/agent.sock").exit()).isNotZero();
      assertThat(throughTunnel(ci, made, "/run/dbus/system_bus_socket").exit()).isNotZero();
      throughTunnel(ci, made, "/run/stead/deploy.sock").succeeded();
    }
    laptop
        .run("history", "--app", "cv", "--server", server.alias())
        .succeeded()
        .says("token create ci", "(token ci, by ssh from ", "(root, by ssh from ");
  }

  @Test
  void aRevokedTokenEndsAtOnce() {
    var made = create("leaked");
    try (var ci = rig.laptop(server)) {
      ci.useKey(laptop.home().resolve("leaked.key"));
      ci.run("status", "--server", made).succeeded();
      laptop
          .run("token", "list", "--app", "cv", "--server", server.alias())
          .succeeded()
          .says("leaked", made.substring(0, made.indexOf('@')));

      laptop
          .run("token", "revoke", "leaked", "--app", "cv", "--server", server.alias())
          .succeeded();

      ci.run("status", "--server", made).failed();
    }
    server
        .run("getent passwd | grep stead-deploy-cv")
        .doesNotSay(made.substring(0, made.indexOf('@')));
  }

  @Test
  void tokensWorkAgainAfterTheServerBootedAnew() {
    var made = create("night");
    server.reboot();
    try (var ci = rig.laptop(server)) {
      ci.useKey(laptop.home().resolve("night.key"));
      Eventually.succeeds(
          "the agent is back", PATIENCE, () -> ci.run("status", "--server", made).exit() == 0);
    }
  }

  /// A token for `cv`, whose key is in the laptop's home.
  ///
  /// @return how to log in with it
  private String create(String name) {
    var file = laptop.home().resolve(name + ".key").toString();
    var outcome =
        laptop.run("token", "create", name, "--app", "cv", "--server", server.alias(), "-o", file);
    var said = outcome.succeeded().err();
    var at = said.indexOf("stead-deploy-");
    return said.substring(at, said.indexOf('@', at)) + "@" + server.alias();
  }

  private static Outcome throughTunnel(Laptop from, String user, String socket) {
    var near = from.home().resolve("near.sock");
    return from.runProgram(
        "sh",
        "-c",
        "rm -f %1$s; ssh -fN -o ControlMaster=no -L %1$s:%2$s %3$s; curl -sSf --unix-socket %1$s http://x/v1/status"
            .formatted(near, socket, user));
  }

  private static Outcome deploy(Laptop from, Project project, String server) {
    return from.run(project, "deploy", "--server", server);
  }

  private String page() {
    return server.run("curl -sS http://127.0.0.1").succeeded().out();
  }

  private static Project site(String app, String more) {
    return Project.empty()
        .write("stead.toml", "app = \"%s\"\n[static]\ndir = \"public\"\n%s".formatted(app, more))
        .write("public/index.html", app)
        .write("public/up", "");
  }

  private void install() {
    var target = server.root().resolve("opt/stead/current").toString();
    laptop.runProgram("mkdir", "-p", target).succeeded();
    laptop.runProgram("cp", "-a", Distribution.directory() + "/.", target).succeeded();
    server
        .run(
            "groupadd --system stead; mkdir -p -m 0711 /var/lib/stead;"
                + " echo '{\"supervisor\":\"systemd\",\"http-port\":80}' > /var/lib/stead/settings.json;"
                + " printf '[Service]\\nExecStartPre=/bin/sh -c \"mkdir -p -m 0755 /run/stead; ln -sf /var/lib/stead/*.sock /run/stead; ln -sf /var/lib/stead/agent.sock /var/lib/stead/deploy.sock /run/stead\"\\nExecStart=/opt/stead/current/bin/stead-agent --home /var/lib/stead\\nRestart=always\\nKillMode=process\\nUMask=0077\\n[Install]\\nWantedBy=multi-user.target\\n' > /etc/systemd/system/stead-agent.service;"
                + " printf '[Service]\\nExecStart=/opt/stead/current/bin/stead-edge --home /var/lib/stead --port 80\\nRestart=always\\n[Install]\\nWantedBy=multi-user.target\\n' > /etc/systemd/system/stead-edge.service;"
                + " systemctl daemon-reload; systemctl enable --now stead-edge stead-agent")
        .succeeded();
    Eventually.succeeds(
        "the agent answers",
        PATIENCE,
        () -> laptop.run("status", "--server", server.alias()).exit() == 0);
  }
}
