package dev.stead.rig;

import static org.assertj.core.api.Assertions.assertThat;

import dev.stead.rig.host.Eventually;
import dev.stead.rig.host.Project;
import dev.stead.rig.server.Authority;
import dev.stead.rig.server.Laptop;
import dev.stead.rig.server.OnServers;
import dev.stead.rig.server.Rig;
import dev.stead.rig.server.Server;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/// Certificates on a bare server: a deploy is all it takes, and for a customer's domain a word of
/// the app.
@OnServers
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class CertificatesOnServerTest {
  private static final String HOST = "site.example.com";
  private static final String CUSTOMER = "shop.customer.org";
  private static final String STRANGER = "shop.stranger.org";
  private static final Duration PATIENCE = Duration.ofSeconds(60);

  /// Says what it is asked for, and that it knows one customer.
  private static final String SHOPS =
      """
      use IO::Socket::INET;
      $| = 1;
      my $door = IO::Socket::INET->new(LocalAddr => '127.0.0.1', LocalPort => $ENV{PORT}, Listen => 16)
        or die;
      while (my $client = $door->accept) {
        my $request = <$client>;
        while (<$client> =~ /[^\\r\\n]/) {}
        my ($domain) = $request =~ /domain=([^ ]*)/;
        print "asked for $domain\\n" if $domain;
        my $status = !$domain || $domain eq '%s' ? '200 OK' : '404 Not Found';
        print $client "HTTP/1.1 $status\\r\\nContent-Length: 5\\r\\nConnection: close\\r\\n\\r\\nshops";
        close $client;
      }
      """
          .formatted(CUSTOMER);

  private final Server server;
  private final Laptop laptop;
  private final Authority ca;

  CertificatesOnServerTest(Rig rig) {
    this.server = rig.debian12();
    this.laptop = rig.laptop(server);
    this.ca = rig.authority(server);
    server.run("cat > /etc/stead-ca.pem << 'END'\n%sEND".formatted(ca.vouching())).succeeded();
    server
        .run(
            "echo '%s' >> /etc/hosts"
                .formatted(String.join(" ", server.address(), HOST, CUSTOMER, STRANGER)))
        .succeeded();
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
  }

  @AfterAll
  void end() {
    ca.close();
    laptop.close();
    server.close();
  }

  @Test
  void aDeployEndsWithAnHttpsUrlAndTheCertificateOutlivesAgentAndEdge() {
    try (var site = site()) {
      laptop.run(site, "deploy", "--server", server.alias()).succeeded().says("https://" + HOST);

      var root = ca.root();
      assertThat(visit(root, "https://" + HOST)).isEqualTo("200 first");
      assertThat(visit(root, "http://" + HOST)).startsWith("308");
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
          () -> visit(root, "https://" + HOST).equals("200 first"));
      assertThat(server.run("journalctl -q -o cat -u stead-agent").out()).doesNotContain("SLF4J");
    }
  }

  @Test
  void aCustomersDomainGetsOneOnceTheAppSaysSoAndAStrangersDoesNot() {
    try (var shops = shops()) {
      laptop.run(shops, "deploy", "--server", server.alias()).succeeded();
      var root = ca.root();

      Eventually.until(
          "the app is asked for the stranger's",
          PATIENCE,
          () -> {
            assertThat(visit(root, "https://" + STRANGER)).containsPattern("self.signed");
            return laptop
                .run(shops, "logs", "--server", server.alias())
                .text()
                .contains("asked for " + STRANGER);
          });
      Eventually.until(
          "the customer's certificate",
          PATIENCE,
          () -> visit(root, "https://" + CUSTOMER).equals("200 shops"));

      assertThat(visit(root, "https://" + STRANGER)).containsPattern("self.signed");
      laptop
          .run("certs", "list", "--server", server.alias())
          .succeeded()
          .says(CUSTOMER)
          .doesNotSay(STRANGER);
      laptop
          .run("store", "list", "certs/hosts/", "--server", server.alias())
          .succeeded()
          .says(CUSTOMER)
          .doesNotSay(STRANGER);
    }
  }

  /// What a visitor who trusts one root gets: the status, and the page.
  private String visit(Path root, String url) {
    var host = URI.create(url).getHost();
    try {
      var process =
          new ProcessBuilder(
                  "curl",
                  "-sS",
                  "--cacert",
                  root.toString(),
                  "--resolve",
                  host + ":443:" + server.address(),
                  "--resolve",
                  host + ":80:" + server.address(),
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

  private static Project shops() {
    return Project.empty()
        .write(
            "stead.toml",
            """
            app = "shops"
            [process.web]
            command = "perl shops.pl"
            [http]
            certificates-ask = "/ask"
            [rollout]
            settle = "1s"
            """)
        .write("shops.pl", SHOPS);
  }
}
