package dev.stead.rig;

import static org.assertj.core.api.Assertions.assertThat;

import dev.stead.rig.host.Eventually;
import dev.stead.rig.host.Project;
import dev.stead.rig.server.OnServers;
import dev.stead.rig.server.Rig;
import dev.stead.rig.server.Server;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/// Certificates on a bare server: a deploy is all it takes.
@OnServers
final class CertificatesOnServerTest {
  private static final String HOST = "site.example.com";
  private static final Duration PATIENCE = Duration.ofSeconds(30);

  private final Rig rig;

  CertificatesOnServerTest(Rig rig) {
    this.rig = rig;
  }

  @Test
  void aDeployEndsWithAnHttpsUrlAndTheCertificateOutlivesAgentAndEdge() {
    try (var server = rig.debian12();
        var laptop = rig.laptop(server);
        var ca = rig.authority(server);
        var site = site()) {
      server.run("cat > /etc/stead-ca.pem << 'END'\n%sEND".formatted(ca.vouching())).succeeded();
      server.run("echo '%s %s' >> /etc/hosts".formatted(server.address(), HOST)).succeeded();
      laptop
          .run(
              "seed",
              server.alias(),
              "--email",
              "ada@example.com",
              "--acme-directory",
              ca.url(),
              "--acme-root",
              "/etc/stead-ca.pem")
          .succeeded();

      laptop.run(site, "deploy", "--server", server.alias()).succeeded().says("https://" + HOST);

      var root = ca.root();
      assertThat(curl(server, root, "https://" + HOST)).isEqualTo("200 first");
      assertThat(curl(server, root, "http://" + HOST)).startsWith("308");
      laptop.run("certs", "list", "--server", server.alias()).succeeded().says(HOST, "serving");
      laptop.run("status", "--server", server.alias()).succeeded().says("https://" + HOST);
      // Of the name nobody knows but the server and the CA: the doctor looks it up from the laptop,
      // too.
      laptop.run("doctor", server.alias()).says("✓ cert " + HOST);

      server.run("systemctl kill -s KILL stead-agent 'stead-edge@*'").succeeded();
      server.run("rm /var/lib/stead/edge/certificates.json").succeeded();
      server.run("systemctl restart 'stead-edge@*'").succeeded();
      Eventually.until(
          "the certificate again",
          PATIENCE,
          () -> curl(server, root, "https://" + HOST).equals("200 first"));
      assertThat(server.run("journalctl -q -o cat -u stead-agent").out()).doesNotContain("SLF4J");
    }
  }

  /// What a visitor who trusts one root gets: the status, and the page.
  private static String curl(Server server, Path root, String url) {
    try {
      var process =
          new ProcessBuilder(
                  "curl",
                  "-sS",
                  "--cacert",
                  root.toString(),
                  "--resolve",
                  HOST + ":443:" + server.address(),
                  "--resolve",
                  HOST + ":80:" + server.address(),
                  "-w",
                  "\n%{http_code}",
                  url)
              .redirectErrorStream(true)
              .start();
      process.getOutputStream().close();
      var lines =
          new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8)
              .strip()
              .lines()
              .toList();
      return lines.getLast() + " " + String.join("\n", lines.subList(0, lines.size() - 1));
    } catch (IOException e) {
      throw new UncheckedIOException("visiting " + url, e);
    }
  }

  private static Project site() {
    return Project.empty()
        .write(
            "stead.toml",
            """
            app = "site"
            [static]
            dir = "public"
            [http]
            hosts = ["%s"]
            hsts-max-age = "1d"
            """
                .formatted(HOST))
        .write("public/index.html", "first");
  }
}
