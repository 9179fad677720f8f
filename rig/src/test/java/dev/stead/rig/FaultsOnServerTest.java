package dev.stead.rig;

import static org.assertj.core.api.Assertions.assertThat;

import dev.stead.rig.host.Eventually;
import dev.stead.rig.host.Outcome;
import dev.stead.rig.host.Project;
import dev.stead.rig.host.Running;
import dev.stead.rig.server.Laptop;
import dev.stead.rig.server.OnServers;
import dev.stead.rig.server.Rig;
import dev.stead.rig.server.Server;
import java.io.IOException;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/// What happens to servers, and that they come back whole and by themselves: one server of 512 MiB
/// with one app, `shop`, that answers with its edition.
@Order(Turn.LAST)
@OnServers
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class FaultsOnServerTest {
  private static final Duration PATIENCE = Duration.ofSeconds(90);
  private static final Duration DEPLOY = Duration.ofMinutes(4);
  private static final Pattern LIVE = Pattern.compile("shop (v\\d+) is live");
  private static final String SUDOER = Server.SUDOER + "@";

  private static final String APP =
      """
      import http.server, os, time
      time.sleep(float(os.environ.get('SLOW', '0')))
      weight = b'x' * int(os.environ['HEAVY'])
      edition = open('edition').read().encode()
      class Page(http.server.BaseHTTPRequestHandler):
          def do_GET(self):
              self.send_response(200)
              self.send_header('Content-Length', str(len(edition)))
              self.end_headers()
              self.wfile.write(edition)
          def log_message(self, *_):
              pass
      http.server.ThreadingHTTPServer(('127.0.0.1', int(os.environ['PORT'])), Page).serve_forever()
      """;

  private final Server server;
  private final Laptop laptop;
  private final Project shop = app("shop", "40M", "");
  private int editions;

  FaultsOnServerTest(Rig rig) {
    this.server = rig.debian12();
    this.laptop = rig.laptop(server);
    server.limitMemory(512);
    laptop.run("seed", SUDOER + server.alias()).succeeded();
    deployed();
  }

  @AfterAll
  void end() {
    shop.close();
    laptop.close();
    server.close();
  }

  @Test
  void whatIsKilledComesBackByItself() {
    for (var unit : List.of("stead-app-shop-*", "stead-agent.service", "stead-edge@*")) {
      var before = pid(unit);
      server.run("kill -9 " + before).succeeded();
      Eventually.succeeds(
          "another process of " + unit,
          PATIENCE,
          () -> {
            var now = pid(unit);
            return now.matches("[1-9]\\d*") && !now.equals(before);
          });
      serves(edition());
      isWhole();
    }
  }

  @Test
  void everythingIsBackAfterARebootAndAfterTheDeathOfInit() {
    server.reboot();
    serves(edition());
    isWhole();

    server.killInit();
    server.boot();
    serves(edition());
    isWhole();
  }

  @Test
  void aPowerCutInTheMiddleOfADeployLosesNothingThatWasAcknowledged() {
    for (var moment : List.of("start", "switch", "live")) {
      var acknowledged = deployed();
      var before = edition();
      change();
      String printed;
      try (var deploy = laptop.start(shop, "deploy", "--server", server.alias())) {
        Eventually.until(
            () -> "'%s' or an end: %s".formatted(moment, deploy.printed()),
            DEPLOY,
            () -> deploy.printed().contains(moment) || !deploy.isAlive());
        printed = deploy.printed();
        server.powerCut();
      }
      server.boot();

      Eventually.succeeds("an edition after " + printed, PATIENCE, () -> !page().isEmpty());
      isWhole();
      var releases = releases();
      assertThat(releases).as(printed).contains(acknowledged);
      var live = LIVE.matcher(printed);
      if (live.find()) {
        assertThat(releases).as(printed).contains(live.group(1));
        assertThat(page()).as(printed).isEqualTo(edition());
      } else {
        assertThat(page()).as(printed).isIn(before, edition());
      }
    }
    deployed();
  }

  @Test
  void aFullDiskRefusesDeploysInTimeAndLetsAppsRunOn() throws IOException {
    var running = edition();
    server
        .run(
            "fallocate -l $(($(df --output=avail -B 1 /var/lib/stead | tail -n 1) - 20000000))"
                + " /var/lib/ballast")
        .succeeded();
    weigh(40, 1);
    change();

    deploy().failed().says("D-NO-DISK", "must stay free");
    assertThat(page()).isEqualTo(running);
    laptop.run("doctor", server.alias()).failed().says("disk");

    server.run("rm /var/lib/ballast").succeeded();
    deploy().succeeded();
    serves(edition());
    isWhole();
    Files.delete(shop.directory().resolve("weight"));
  }

  @Test
  void aFrozenAgentIsStartedAgainAndTrafficGoesOn() {
    var directory = "/run/systemd/system/stead-agent.service.d";
    server
        .run(
            ("mkdir -p %1$s; printf '[Service]\\nWatchdogSec=8\\n' > %1$s/short.conf;"
                    + " systemctl daemon-reload; systemctl restart stead-agent")
                .formatted(directory))
        .succeeded();
    isWhole();
    var frozen = pid("stead-agent.service");

    server.run("kill -STOP " + frozen).succeeded();
    Eventually.until(
        "another agent",
        PATIENCE,
        () -> {
          assertThat(page()).isEqualTo(edition());
          var now = pid("stead-agent.service");
          return now.matches("[1-9]\\d*") && !now.equals(frozen);
        });
    isWhole();
    server.run("journalctl -b -u stead-agent").succeeded().says("Watchdog timeout");
    server.run("rm -r %s; systemctl daemon-reload".formatted(directory)).succeeded();
    server.run("systemctl restart stead-agent").succeeded();
    isWhole();
  }

  @Test
  void aCutInTheMiddleOfARolloutIsReattachedTo() {
    change();
    shop.replace("stead.toml", "SLOW = \"0\"", "SLOW = \"5\"");
    try (var deploy = laptop.start(shop, "deploy", "--server", SUDOER + server.alias())) {
      deploy.awaitPrinted("start", DEPLOY);
      cut();
      deploy.await(DEPLOY).succeeded().says("reattaching", "is live");
    }
    shop.replace("stead.toml", "SLOW = \"5\"", "SLOW = \"0\"");
    serves(edition());
    isWhole();
  }

  @Test
  void aCutInTheMiddleOfAnUploadSaysWhatToDoAndTheNextDeployGoesOn() throws IOException {
    var running = edition();
    weigh(60, 2);
    change();
    try (var deploy = laptop.start(shop, "deploy", "--server", SUDOER + server.alias())) {
      deploy.awaitPrinted("upload", DEPLOY);
      server.partition();
      var outcome = cutAndHealed(deploy);
      if (outcome.exit() != 0) {
        assertThat(outcome.text()).contains("fix");
        assertThat(page()).isEqualTo(running);
      }
    }
    deploy().succeeded();
    serves(edition());
    isWhole();
    Files.delete(shop.directory().resolve("weight"));
  }

  @Test
  void anAppThatFitsOnlyOnceIsSwappedByHoldAndTheAnswerSaysSo() {
    try (var heavy = app("heavy", "190M", "hosts = [\"%s\"]".formatted(server.address()))) {
      heavy.replace("stead.toml", "HEAVY = \"0\"", "HEAVY = \"170000000\"");
      heavy.write("edition", "first");
      laptop.run(heavy, "deploy", "--server", server.alias()).succeeded();
      heavy.write("edition", "second");
      laptop
          .run(heavy, "deploy", "--server", server.alias())
          .succeeded()
          .says("strategy hold", "the new instances need 190 MiB");
      assertThat(page(server.address())).isEqualTo("second");
      isWhole();
      laptop.run(heavy, "stop", "--server", server.alias()).succeeded();
    }
  }

  private Outcome cutAndHealed(Running deploy) {
    Eventually.pass(Duration.ofSeconds(1));
    server.heal();
    cut();
    return deploy.await(DEPLOY);
  }

  /// Ends the laptop's connection; the rig's own, root's, goes on.
  private void cut() {
    server.run("pkill -u %s sshd".formatted(Server.SUDOER)).succeeded();
  }

  private String deployed() {
    change();
    var live = LIVE.matcher(deploy().succeeded().text());
    assertThat(live.find()).isTrue();
    serves(edition());
    return live.group(1);
  }

  private Outcome deploy() {
    return laptop.run(shop, "deploy", "--server", server.alias());
  }

  private void change() {
    editions++;
    shop.write("edition", edition());
  }

  private String edition() {
    return "edition " + editions;
  }

  private void weigh(int mebibytes, long seed) throws IOException {
    var noise = new byte[mebibytes << 20];
    new Random(seed).nextBytes(noise);
    Files.write(shop.directory().resolve("weight"), noise);
  }

  private String releases() {
    return laptop.run("releases", "--app", "shop", "--server", server.alias()).succeeded().out();
  }

  private void serves(String edition) {
    Eventually.until(
        () -> "'%s' served instead of '%s'".formatted(edition, page()),
        PATIENCE,
        () -> page().equals(edition));
  }

  /// The doctor finds nothing.
  private void isWhole() {
    Eventually.until(
        () -> "a clean bill: " + laptop.run("doctor", server.alias()),
        PATIENCE,
        () -> laptop.run("doctor", server.alias()).exit() == 0);
  }

  private String pid(String unit) {
    return server
        .run(
            ("systemctl show -p MainPID --value"
                    + " $(systemctl list-units --plain --no-legend '%s' | cut -d ' ' -f 1)")
                .formatted(unit))
        .out()
        .strip();
  }

  private String page() {
    return page("shop.example");
  }

  /// The body of a good answer; nothing when there is none.
  private String page(String host) {
    try (var socket = new Socket(server.address(), 80)) {
      socket
          .getOutputStream()
          .write(
              "GET / HTTP/1.1\r\nHost: %s\r\nConnection: close\r\n\r\n"
                  .formatted(host)
                  .getBytes(StandardCharsets.US_ASCII));
      var answer = new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      var end = answer.indexOf("\r\n\r\n");
      return answer.startsWith("HTTP/1.1 200") && end > 0 ? answer.substring(end + 4) : "";
    } catch (IOException _) {
      return "";
    }
  }

  private static Project app(String name, String memory, String http) {
    return Project.empty()
        .write(
            "stead.toml",
            """
            app = "%s"

            [process.web]
            command = "python3 app.py"
            memory = "%s"

            [http]
            drain = "2s"
            %s

            [rollout]
            settle = "300ms"

            [env]
            SLOW = "0"
            HEAVY = "0"

            [system]
            packages = ["python3"]
            """
                .formatted(name, memory, http))
        .write("app.py", APP);
  }
}
