package dev.stead.rig;

import static org.assertj.core.api.Assertions.assertThat;

import dev.stead.rig.host.Eventually;
import dev.stead.rig.host.Outcome;
import dev.stead.rig.host.Project;
import dev.stead.rig.server.Debian;
import dev.stead.rig.server.Laptop;
import dev.stead.rig.server.OnServers;
import dev.stead.rig.server.Rig;
import dev.stead.rig.server.Server;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// How apps run on a server: kept running by systemd whatever becomes of the agent, limited, and
/// shut off from each other. Two apps share the server, and each answers what a shell command
/// prints that it is sent: `bank` has secrets, `spy` wants them.
@Order(Turn.LAST)
@OnServers
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class AppsOnServerTest {
  private static final Duration PATIENCE = Duration.ofSeconds(60);

  /// Answers `GET` with `up`, and to `POST` runs what it is sent and answers with what that
  /// printed.
  private static final String SHELL =
      """
      import http.server, os, subprocess
      class Shell(http.server.BaseHTTPRequestHandler):
          def answer(self, text):
              self.send_response(200)
              self.send_header('Content-Length', str(len(text)))
              self.end_headers()
              self.wfile.write(text)
          def do_GET(self):
              self.answer(b'up')
          def do_POST(self):
              line = self.rfile.read(int(self.headers['Content-Length'])).decode()
              done = subprocess.run(['/bin/sh', '-c', line], stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
              self.answer(done.stdout)
          def log_message(self, *_):
              pass
      http.server.ThreadingHTTPServer(('127.0.0.1', int(os.environ['PORT'])), Shell).serve_forever()
      """;

  private final Rig rig;
  private final Server server;
  private final Laptop laptop;
  private final Project bank = shell("bank");
  private final Project spy = shell("spy");

  AppsOnServerTest(Rig rig) {
    this.rig = rig;
    this.server = rig.debian12();
    this.laptop = rig.laptop(server);
    laptop.run("seed", server.alias()).succeeded();
    assertThat(server.run("command -v python3").exit()).isNotZero();
    deploy(bank);
    laptop
        .run("secret", "set", "PIN=4711", "--app", "bank", "--server", server.alias())
        .succeeded();
    deploy(spy);
  }

  @AfterAll
  void end() {
    bank.close();
    spy.close();
    laptop.close();
    server.close();
  }

  @Test
  void anAppSeesNothingOfAnotherAppOrOfStead() {
    ask("bank", "echo of-the-bank > data/account; chmod 666 data/account");
    assertThat(ask("bank", "echo $PIN; cat data/account; id -un"))
        .contains("4711", "of-the-bank", "stead-app-bank");
    var pid = ask("bank", "echo $PPID").strip();

    for (var attempt :
        List.of(
            "cat /var/lib/stead/releases/bank/v*/app.py",
            "cat /var/lib/stead/volumes/bank/data/account",
            "cat /var/lib/stead/secrets.key",
            "ls /var/lib/stead/store /var/lib/stead/instances /run/stead/apps",
            "cat /proc/%s/environ".formatted(pid),
            "kill -9 " + pid,
            "python3 -c \"import socket;"
                + " socket.socket(socket.AF_UNIX).connect('/run/stead/agent.sock')\"",
            "systemctl stop stead-agent",
            "echo changed > app.py",
            "touch /etc/spied /usr/spied /var/spied")) {
      assertThat(ask("spy", attempt + " && echo it went through"))
          .as(attempt)
          .doesNotContain("it went through");
    }
    assertThat(ask("spy", "cat /proc/[0-9]*/environ | tr '\\0' '\\n'; ls /run/stead"))
        .doesNotContain("4711");
    assertThat(server.run("systemctl is-active stead-agent").out()).contains("active");
    server
        .run("ps -ww -eo args; grep -r . /run/systemd/system/stead-app-*; journalctl -b")
        .doesNotSay("4711");
  }

  @Test
  void theSandboxOfAnAppIsRatedSafe() {
    var rating = server.run("systemd-analyze security --no-pager " + unit("spy")).succeeded().out();
    var exposure =
        rating.lines().filter(line -> line.contains("Overall exposure")).findFirst().orElseThrow();
    assertThat(Double.parseDouble(exposure.replaceAll("^.*: ([0-9.]+) .*$", "$1")))
        .as(rating)
        .isLessThanOrEqualTo(3.0);
  }

  @Test
  void whatEndsIsStartedAgainAlsoWithoutAnAgent() {
    server.run("systemctl stop stead-agent").succeeded();
    var before = ask("spy", "echo $PPID");
    server.run("systemctl kill --signal=SEGV " + unit("spy")).succeeded();
    awaitAnother("spy", before);

    server.run("systemctl start stead-agent").succeeded();
    laptop
        .run("doctor", server.alias())
        .says("was started again once, after this end: killed by SIGSEGV");
  }

  @Test
  void whatRunsButDoesNotAnswerIsStartedAgain() {
    var asked =
        """
        liveness = "/"
        liveness-interval = "1s"
        liveness-failures = 2

        [rollout]
        start-timeout = "10s"
        """;
    try (var mute = shell("mute", asked)) {
      deploy(mute);
      var before = ask("mute", "echo $PPID");
      server.run("systemctl kill --signal=STOP " + unit("mute")).succeeded();
      awaitAnother("mute", before);
      laptop
          .run("doctor", server.alias())
          .says("was started again once, after this end: ended since it was not alive: ");
    }
  }

  private void awaitAnother(String app, String pid) {
    Eventually.until(
        app + " is back",
        PATIENCE,
        () -> {
          var now = ask(app, "echo $PPID");
          return now.matches("[0-9]+\\s*") && !now.equals(pid);
        });
  }

  @Test
  void whatUsesTooMuchMemoryIsEndedAndExplained() {
    ask("bank", "python3 -c \"b'x' * (200 << 20)\"");

    var why = "was started again once, after this end: out of memory: limit 96 MiB, peak 96 MiB";
    Eventually.until(
        "the end is explained",
        PATIENCE,
        () -> laptop.run("doctor", server.alias()).text().contains(why));
    assertThat(ask("bank", "echo $PIN")).contains("4711");
  }

  @Test
  void aCommandRunsAsTheAppAndItsExitCodeArrives() {
    assertThat(run("id -un; pwd; echo $PIN; exit 7").exit()).isEqualTo(7);
    run("id -un; pwd; echo $PIN")
        .succeeded()
        .says("stead-app-bank", "/var/lib/stead/releases/bank/v", "4711");
    run("echo spied > app.py").failed().says("Read-only file system");
  }

  @Test
  void everythingIsBackAfterAReboot() {
    ask("bank", "echo kept > data/kept");

    server.reboot();

    Eventually.succeeds(
        "bank is back", PATIENCE, () -> ask("bank", "cat data/kept; echo $PIN").contains("4711"));
    assertThat(ask("bank", "cat data/kept")).isEqualTo("kept\n");
    Eventually.succeeds("spy is back", PATIENCE, () -> ask("spy", "id -un").contains("spy"));
  }

  /// From the seed by a user with sudo to the end.
  @ParameterizedTest
  @EnumSource(names = {"BULLSEYE", "TRIXIE"})
  void theOtherDebiansToo(Debian release) {
    try (var other = rig.server(release);
        var owner = rig.laptop(other);
        var site = site()) {
      var sudoer = Server.SUDOER + "@" + other.alias();
      owner.run("seed", sudoer).succeeded();
      owner.run(site, "deploy", "--server", sudoer).succeeded();
      owner.run(spy, "deploy", "--server", sudoer).succeeded();
      assertThat(other.run("curl -sS -H 'Host: site.example' http://127.0.0.1/").text())
          .isEqualTo("a page");
      assertThat(ask(other, "spy", "id -un; ls /var/lib/stead"))
          .isEqualTo("stead-app-spy\nreleases\nvolumes\n");

      ask(other, "spy", "echo kept > data/kept; kill -9 $PPID");
      Eventually.until(
          "spy is back", PATIENCE, () -> ask(other, "spy", "cat data/kept").equals("kept\n"));
      owner.run("doctor", sudoer).says("after this end: killed by SIGKILL");
      owner
          .run("run", "--app", "spy", "--server", sudoer, "--", "cat", "data/kept")
          .succeeded()
          .says("kept");
      owner.run("unseed", sudoer, "--confirm", other.alias(), "--with-data").succeeded();
    }
  }

  private Outcome run(String line) {
    return laptop.run(
        "run", "--app", "bank", "--server", server.alias(), "--", "/bin/sh", "-c", line);
  }

  /// What an app's own process prints when it runs a line; what went wrong when it does not answer.
  private String ask(String app, String line) {
    return ask(server, app, line);
  }

  private static String ask(Server server, String app, String line) {
    var quoted = "'" + line.replace("'", "'\\''") + "'";
    return server
        .run(
            "curl -sS -m 20 -H 'Host: %s.example' --data-binary %s http://127.0.0.1/"
                .formatted(app, quoted))
        .text();
  }

  private String unit(String app) {
    return server
        .run(
            "systemctl list-units --plain --no-legend 'stead-app-%s-*' | cut -d ' ' -f 1"
                .formatted(app))
        .succeeded()
        .out()
        .strip();
  }

  private void deploy(Project project) {
    laptop.run(project, "deploy", "--server", server.alias()).succeeded();
  }

  private static Project site() {
    return Project.empty()
        .write(
            "stead.toml",
            """
            app = "site"
            [static]
            dir = "public"
            [process.reader]
            command = "cat public/index.html && exec sleep infinity"
            [http]
            hosts = ["site.example"]
            """)
        .write("public/index.html", "a page");
  }

  private static Project shell(String app) {
    return shell(app, "");
  }

  /// @param more lines behind those of `[http]`
  private static Project shell(String app, String more) {
    return Project.empty()
        .write(
            "stead.toml",
            """
            app = "%1$s"

            [process.web]
            command = "python3 app.py"
            memory = "96M"

            [http]
            hosts = ["%1$s.example"]
            %2$s

            [system]
            packages = ["python3"]

            [volumes.data]
            path = "data"
            """
                .formatted(app, more))
        .write("app.py", SHELL);
  }
}
