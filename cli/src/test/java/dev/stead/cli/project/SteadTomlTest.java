package dev.stead.cli.project;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.stead.sdk.HttpConfig;
import dev.stead.sdk.ProblemException;
import dev.stead.sdk.ProcessConfig;
import dev.stead.sdk.RolloutConfig;
import dev.stead.sdk.RolloutConfig.Strategy;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class SteadTomlTest {
  private static final String EVERY_KEY =
      """
      app = "cv"
      [build]
      command = "make"
      include = ["target/cv.jar", "static/**"]
      install = "npm ci"
      [process.web]
      command = "java -jar cv.jar"
      instances = 2
      memory = "256M"
      cpu = 0.5
      stop-timeout = "20s"
      stop-signal = "INT"
      overlap = false
      sleep-after = "15m"
      [process.worker]
      command = "work"
      cpu = 2
      [release]
      command = "migrate"
      [http]
      hosts = ["cv.example.com", "*.example.org"]
      path = "/cv"
      strip-path = true
      health = "tcp"
      liveness = "/alive"
      liveness-interval = "20s"
      liveness-failures = 5
      drain = "500ms"
      drain-streams = "2h"
      max-body = "1G"
      response-timeout = "1m"
      https = false
      hsts-max-age = "365d"
      protocol = "h2c"
      canonical-host = "cv.example.com"
      allow = ["203.0.113.0/24", "2001:db8::1"]
      compress = false
      access-log = 0.5
      [http.redirects]
      "/old" = "/new"
      "/blog/*" = { to = "https://blog.example/*", status = 301 }
      [http.headers]
      X-Frame-Options = "DENY"
      Server = ""
      [http.users]
      ada = "ADA_PASSWORD"
      [http.error-pages]
      502 = "public/away.html"
      [rollout]
      strategy = "hold"
      start-timeout = "90s"
      settle = "1s"
      release-timeout = "3m"
      [system]
      packages = ["python3"]
      cpu-features = ["avx2"]
      [static]
      dir = "public"
      [volumes.data]
      path = "data/db"
      [environment.staging]
      hosts = ["beta.example.com"]
      [env]
      LANG = "C.UTF-8"
      """;

  private static final HttpConfig.Rules RULES =
      new HttpConfig.Rules(
          java.util.Optional.of("cv.example.com"),
          List.of(
              new HttpConfig.Redirect("/old", "/new", 308),
              new HttpConfig.Redirect("/blog/*", "https://blog.example/*", 301)),
          List.of("203.0.113.0/24", "2001:db8::1"),
          new java.util.TreeMap<>(java.util.Map.of("X-Frame-Options", "DENY", "Server", "")),
          new java.util.TreeMap<>(java.util.Map.of("ada", "ADA_PASSWORD")),
          new java.util.TreeMap<>(java.util.Map.of("502", "public/away.html")),
          false,
          0.5);

  private static final HttpConfig.Checks CHECKS =
      new HttpConfig.Checks(
          java.util.Optional.empty(),
          java.util.Optional.of(new HttpConfig.Liveness("/alive", Duration.ofSeconds(20), 5)));

  @TempDir private Path project;

  @Test
  void onlyWebSleepsAndForASecondAtLeast() {
    var toml =
        """
        app = "cv"
        [process.web]
        command = "run"
        sleep-after = "500ms"
        [process.worker]
        command = "work"
        sleep-after = "15m"
        """;
    assertThat(problems(toml))
        .containsExactly(
            "stead.toml:4: [process.web] sleep-after must be at least 1.0 s",
            "stead.toml:7: [process.worker] sleep-after is for web alone: only requests wake"
                + " an instance");
  }

  @Test
  void everyKeyIsRead() throws IOException {
    var read = read(EVERY_KEY);
    var config = read.config();
    assertThat(config.app()).isEqualTo("cv");
    assertThat(read.build())
        .isEqualTo(
            new Project.Build(
                java.util.Optional.of("make"), List.of("target/cv.jar", "static/**")));
    assertThat(config.install()).contains("npm ci");
    assertThat(config.processes())
        .containsEntry(
            "web",
            new ProcessConfig(
                "java -jar cv.jar",
                2,
                java.util.OptionalLong.of(256L << 20),
                java.util.OptionalDouble.of(0.5),
                Duration.ofSeconds(20),
                false,
                java.util.Optional.of("INT"),
                java.util.Optional.of(Duration.ofMinutes(15))));
    assertThat(config.processes().get("worker"))
        .extracting(ProcessConfig::cpu)
        .isEqualTo(java.util.OptionalDouble.of(2));
    assertThat(config.releaseCommand()).contains("migrate");
    assertThat(config.hosts("staging")).containsExactly("beta.example.com");
    assertThat(config.hosts("preview"))
        .containsExactly("preview.cv.example.com", "*.preview.example.org");
    assertThat(config.http())
        .isEqualTo(
            new HttpConfig(
                List.of("cv.example.com", "*.example.org"),
                "/cv",
                true,
                "tcp",
                Duration.ofMillis(500),
                Duration.ofHours(2),
                1L << 30,
                Duration.ofMinutes(1),
                java.util.Optional.of(false),
                java.util.Optional.of(Duration.ofDays(365)),
                RULES,
                HttpConfig.Protocol.H2C,
                java.util.Optional.empty(),
                HttpConfig.Forwarding.DEFAULTS,
                CHECKS));
    assertThat(config.rollout())
        .isEqualTo(
            new RolloutConfig(
                Strategy.HOLD,
                Duration.ofSeconds(90),
                Duration.ofSeconds(1),
                Duration.ofMinutes(3)));
    assertThat(config.system().packages()).containsExactly("python3");
    assertThat(config.system().cpuFeatures()).containsExactly("avx2");
    assertThat(config.staticFiles().orElseThrow().dir()).isEqualTo("public");
    assertThat(config.volumes().get("data")).isNotNull();
    assertThat(config.env()).containsExactly(java.util.Map.entry("LANG", "C.UTF-8"));
  }

  @Test
  void whatIsNotSaidHasItsDefault() throws IOException {
    var config = read("app = \"cv\"\n[process.web]\ncommand = \"run\"\n").config();
    assertThat(config.processes()).containsEntry("web", ProcessConfig.of("run"));
    assertThat(config.http()).isEqualTo(HttpConfig.DEFAULTS);
    assertThat(config.rollout()).isEqualTo(RolloutConfig.DEFAULTS);
  }

  @Test
  void thePathWhereCertificatesAreAskedForIsOneThatCanBeAsked() throws IOException {
    var start = "app = \"cv\"\n[process.web]\ncommand = \"x\"\n[http]\ncertificates-ask = ";
    assertThat(read(start + "\"/ask\"\n").config().http().certificatesAsk()).contains("/ask");
    var refused = "stead.toml:5: [http] certificates-ask ";
    assertThat(problems(start + "\"http://a.test/ask\"\n"))
        .containsExactly(
            refused + "must be a path that starts with \"/\", not \"http://a.test/ask\"");
    assertThat(problems(start + "\"/ask?key=1\"\n"))
        .containsExactly(refused + "must be a path without query, not \"/ask?key=1\"");
    assertThat(problems(start + "\"/ask\"\nprotocol = \"h2c\"\n"))
        .containsExactly(refused + "needs an app that speaks \"http/1.1\"");
    assertThat(problems(start + "\"/ask\"\nhosts = [\"a.test\"]\ncanonical-host = \"a.test\"\n"))
        .anyMatch(problem -> problem.startsWith(refused + "and canonical-host exclude each other"));
  }

  @Test
  void allProblemsAreNamedAtOnceEachWithItsLine() {
    assertThat(
            problems(
                """
                app = "CV"
                colour = "red"
                [proces.web]
                command = "x"
                [process.web]
                comand = "x"
                memory = 256
                instances = 101
                cpu = "half"
                stop-timeout = "soon"
                stop-signal = "KILL"
                [process.Worker]
                command = ""
                [http]
                hosts = ["https://example.com", "a.example", "a.example", ""]
                path = "cv"
                health = "up"
                drain = "25h"
                max-body = "1Q"
                strip-path = "yes"
                drian = "3s"
                memory = "1G"
                [rollout]
                strategy = "fast"
                """))
        .containsExactly(
            "stead.toml:1: the name of the app must be a lower-case letter, then at most 38 letters,"
                + " digits or '-', not \"CV\"",
            "stead.toml:2: unknown key or section 'colour'; valid here: app, build, process,"
                + " release, http, rollout, static, volumes, system, server, env, environment",
            "stead.toml:3: unknown key or section 'proces'; did you mean 'process'?",
            "stead.toml:5: [process.web] has no command",
            "stead.toml:6: unknown key 'comand' in [process.web]; did you mean 'command'?",
            "stead.toml:7: [process.web] memory must be a size such as \"256M\" or \"1G\", not 256",
            "stead.toml:8: [process.web] instances must be a whole number from 0 to 100, not 101",
            "stead.toml:9: [process.web] cpu must be a number above 0 and at most 1024, not"
                + " \"half\"",
            "stead.toml:10: [process.web] stop-timeout must be a duration such as \"500ms\","
                + " \"30s\" or \"10m\", not \"soon\"",
            "stead.toml:11: stop-signal must be one of TERM, INT, QUIT, HUP, USR1, USR2, WINCH, not"
                + " \"KILL\"",
            "stead.toml:12: the name of the process type must be a lower-case letter, then at most"
                + " 38 letters, digits or '-', not \"Worker\"",
            "stead.toml:13: [process.Worker] command must not be empty, or leave it out, not \"\"",
            "stead.toml:15: [http] hosts must hold texts in quotes only, and none of them empty",
            "stead.toml:15: [http] hosts: \"https://example.com\" is not a host name; write"
                + " lower-case names such as \"example.com\" or \"*.example.com\", without scheme,"
                + " port or path",
            "stead.toml:15: [http] hosts names \"a.example\" twice",
            "stead.toml:16: [http] path must be a path that starts with \"/\", not \"cv\"",
            "stead.toml:17: [http] health must be a path that starts with \"/\", \"tcp\", \"none\""
                + " or \"grpc\", not \"up\"",
            "stead.toml:18: [http] drain must be at most 1 d 0 h, not \"25h\"",
            "stead.toml:19: [http] max-body must be a size such as \"256M\" or \"1G\", not \"1Q\"",
            "stead.toml:20: [http] strip-path must be true or false, not \"yes\"",
            "stead.toml:21: unknown key 'drian' in [http]; did you mean 'drain'?",
            "stead.toml:22: unknown key 'memory' in [http]; it belongs in [process.NAME]",
            "stead.toml:24: strategy must be \"auto\", \"rolling\" or \"hold\", not \"fast\"");
  }

  @Test
  void moreProblemsAreNamed() {
    assertThat(
            problems(
                """
                [process]
                [static]
                [volumes.data]
                [volumes.more]
                path = "../out"
                [volumes.a]
                path = "d"
                [volumes.b]
                path = "d/e"
                [build]
                include = ["/etc/passwd", 5]
                [system]
                packages = ["a b"]
                [env]
                PORT = "80"
                "NOT-OK" = "x"
                NUMBER = 5
                """))
        .containsExactly(
            "stead.toml:1: app is missing: name it in the first line, such as app = \"cv\"",
            "stead.toml:1: [process] names no process type: write [process.web] with a command",
            "stead.toml:2: [static] has no dir",
            "stead.toml:3: [volumes.data] has no path",
            "stead.toml:5: path must stay inside the project, and \"../out\" does not",
            "stead.toml:9: volumes a and b lie in each other",
            "stead.toml:11: [build] include must hold texts in quotes only, and none of them empty",
            "stead.toml:11: include must stay inside the project, and \"/etc/passwd\" does not",
            "stead.toml:13: [system] packages: \"a b\" is not a name",
            "stead.toml:15: PORT is set by Stead itself",
            "stead.toml:16: \"NOT-OK\" is no name of a variable: letters, digits and '_' only, no"
                + " digit first",
            "stead.toml:17: [env] NUMBER must be text in quotes, not 5");
  }

  @Test
  void aShareOfTheAccessLogIsANumberUpToOne() {
    var start = "app = \"cv\"\n[process.web]\ncommand = \"x\"\n[http]\naccess-log = ";
    var fix = "stead.toml:5: [http] access-log must be a number above 0 and at most 1, not ";
    assertThat(problems(start + "2\n")).containsExactly(fix + "2");
    assertThat(problems(start + "0\n")).containsExactly(fix + "0");
    assertThat(problems(start + "true\n")).containsExactly(fix + "true");
  }

  @Test
  void problemsOfTheRulesAreNamed() {
    assertThat(
            problems(
                """
                app = "cv"
                [static]
                dir = "public"
                [http]
                hosts = ["cv.example.com"]
                canonical-host = "www.example.com"
                allow = ["10.0.0.0/33", "office"]
                [http.redirects]
                "old" = "/new"
                "/a" = "//evil.example"
                "/b" = { to = "/c", status = 303 }
                "/d" = { status = 302 }
                "/e" = "/f/*"
                [http.headers]
                Connection = "close"
                X-Note = " blanks "
                [http.users]
                "a:b" = "A_PASSWORD"
                bob = "swordfish!"
                [http.error-pages]
                200 = "ok.html"
                502 = "../away.html"
                """))
        .containsExactly(
            "stead.toml:6: [http] canonical-host must be one of hosts, as \"www.example.com\" is not",
            "stead.toml:7: [http] allow: a network like \"10.0.0.0/33\" has /0 to /32",
            "stead.toml:7: [http] allow: \"office\" is no address or network; write"
                + " \"203.0.113.7\" or \"203.0.113.0/24\"",
            "stead.toml:9: [http.redirects] \"old\" must be a path that starts with \"/\", without"
                + " query; \"/*\" at its end stands for all below it",
            "stead.toml:10: [http.redirects] \"/a\" cannot lead to \"//evil.example\": write another"
                + " path, or an address with http:// or https://; \"/*\" at both ends keeps what is"
                + " below",
            "stead.toml:11: [http.redirects] \"/b\": status must be 301, 302, 307 or 308, not 303",
            "stead.toml:12: [http.redirects] \"/d\" has no to",
            "stead.toml:13: [http.redirects] \"/e\" cannot lead to \"/f/*\": write another path, or an"
                + " address with http:// or https://; \"/*\" at both ends keeps what is below",
            "stead.toml:15: [http.headers] \"Connection\" cannot be set here",
            "stead.toml:16: [http.headers] X-Note must be plain ASCII on one line, without blanks"
                + " around it",
            "stead.toml:18: [http.users] a name has no \":\" in it, as \"a:b\" has",
            "stead.toml:19: [http.users] bob names the secret that holds the password, such as"
                + " \"ADA_PASSWORD\", never the password",
            "stead.toml:21: [http.error-pages] \"200\" is no status from 400 to 599",
            "stead.toml:22: 502 must stay inside the project, and \"../away.html\" does not");
  }

  @Test
  void whatTheFormatHasButThisVersionHasNotIsRefusedAsSuch() {
    assertThat(
            problems(
                """
                app = "cv"
                [process.web]
                command = "x"
                [volumes.data]
                path = "data"
                size = "1M"
                [rollout]
                strategy = "canary"
                """))
        .containsExactly(
            "stead.toml:6: [volumes.data] size must be at least 16.0 MiB, not \"1M\"",
            "stead.toml:8: strategy \"canary\" is asked for by `stead deploy --canary PERCENT`");
  }

  @Test
  void theServerHasOneKey() {
    assertThat(problems("app = \"cv\"\n[process.web]\ncommand = \"x\"\n[server]\nhost = \"x\"\n"))
        .containsExactly("stead.toml:5: unknown key 'host' in [server]; valid here: default");
  }

  @Test
  void brokenSyntaxIsNamedTogetherWithTheRest() {
    var problems = problems("app = cv\n[http]\nhealht = \"/up\"\n");
    assertThat(problems).hasSize(2);
    assertThat(problems.getFirst()).startsWith("stead.toml:1: ");
    assertThat(problems.getLast())
        .isEqualTo("stead.toml:3: unknown key 'healht' in [http]; did you mean 'health'?");
  }

  @Test
  void nothingToRunIsAProblem() {
    assertThat(problems("app = \"cv\"\n"))
        .containsExactly(
            "stead.toml: there is nothing to run or serve: add [process.web] with a command,"
                + " [static] with a dir, or a Procfile");
  }

  @Test
  void aProcfileAndDotEnvStandInForProcesses() throws IOException {
    Files.writeString(
        project.resolve("Procfile"),
        "# comment\nweb: bin/serve -p $PORT\n\nworker:  bin/work\nrelease: bin/migrate\n");
    Files.writeString(
        project.resolve(".env"),
        "# comment\nexport A=1\nB='two words' # x\nC=\"line\\nbreak \\\"q\\\"\" # x\nD=bare # x\nE=\nPORT=3000\n");
    var config = read("app = \"cv\"\n[env]\nA = \"over\"\n").config();
    assertThat(config.processes())
        .containsOnlyKeys("web", "worker")
        .containsEntry("web", ProcessConfig.of("bin/serve -p $PORT"));
    assertThat(config.releaseCommand()).contains("bin/migrate");
    assertThat(config.env())
        .containsExactly(
            java.util.Map.entry("A", "over"),
            java.util.Map.entry("B", "two words"),
            java.util.Map.entry("C", "line\nbreak \"q\""),
            java.util.Map.entry("D", "bare"),
            java.util.Map.entry("E", ""));
  }

  @Test
  void aProcfileIsNotReadBesideProcesses() throws IOException {
    Files.writeString(project.resolve("Procfile"), "not a procfile");
    Files.writeString(project.resolve(".env"), "A=1\n");
    var config = read("app = \"cv\"\n[process.web]\ncommand = \"run\"\n").config();
    assertThat(config.processes()).containsOnlyKeys("web");
    assertThat(config.env()).isEmpty();
  }

  @Test
  void problemsOfProcfileAndDotEnvNameTheirFile() throws IOException {
    Files.writeString(project.resolve("Procfile"), "web: a\nWEB: b\nweb: c\nhm\n");
    Files.writeString(project.resolve(".env"), "A\nSTEAD_X=1\n");
    assertThat(problems("app = \"cv\"\ncolor = 1\n"))
        .containsExactly(
            "stead.toml:2: unknown key or section 'color'; valid here: app, build, process,"
                + " release, http, rollout, static, volumes, system, server, env, environment",
            "Procfile:2: expected 'name: command', not 'WEB: b'",
            "Procfile:3: process type 'web' is named twice",
            "Procfile:4: expected 'name: command', not 'hm'",
            ".env:1: expected NAME=value, not 'A'",
            ".env:2: STEAD_X is set by Stead itself");
  }

  @Test
  void aMissingFileSaysHowToGetOne() {
    var thrown = catchThrowableOfType(ProblemException.class, () -> Project.read(project));
    assertThat(thrown.problem().code()).isEqualTo("C-NO-PROJECT");
    assertThat(thrown.problem().fix()).contains("stead init");
  }

  @Test
  void theAppsNameIsFoundEvenInAFileWithProblems() throws IOException {
    Files.writeString(project.resolve("stead.toml"), "app = \"cv\"\ncolour = 1\n");
    assertThat(Project.appName(project)).contains("cv");
  }

  private Project read(String text) throws IOException {
    Files.writeString(project.resolve("stead.toml"), text);
    return Project.read(project);
  }

  private List<String> problems(String text) {
    var thrown = catchThrowableOfType(ProblemException.class, () -> read(text));
    assertThat(thrown.problem().code()).isEqualTo("D-BAD-CONFIG");
    return thrown.problem().details();
  }
}
