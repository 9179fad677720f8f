package dev.stead.rig;

import static org.assertj.core.api.Assertions.assertThat;

import dev.stead.rig.host.Distribution;
import dev.stead.rig.host.Project;
import dev.stead.rig.server.OnServers;
import dev.stead.rig.server.Rig;
import dev.stead.rig.server.SeededServer;
import dev.stead.rig.server.Server;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// https on a bare server, before it has any certificate but the one that the edge makes. That
/// nobody is refused when the edge dies or is replaced is told in [DeploysOnServerTest].
@Order(Turn.FIRST)
@OnServers
final class HttpsOnServerTest {
  private final Rig rig;

  HttpsOnServerTest(Rig rig) {
    this.rig = rig;
  }

  @Test
  void itIsServedFromTheFirstSeedOnUntilUnseed() {
    try (var server = rig.debian12();
        var laptop = rig.laptop(server);
        var site = site(server)) {
      laptop.run("seed", server.alias()).succeeded().says("it serves https on port 443");
      laptop.run(site, "deploy", "--server", server.alias()).succeeded();
      assertThat(new TlsVisitor(server.address()).visit())
          .isEqualTo(new TlsVisitor.Visit("HTTP/1.1 200 OK", "CN=self-signed.stead.invalid"));
      laptop.run("doctor", server.alias()).succeeded().says("with TLS on port 443");
      laptop.run("unseed", server.alias(), "--confirm", server.alias(), "--with-data").succeeded();
      assertThat(listensOn443(server)).isFalse();
    }
  }

  @Test
  void itComesWithAnUpgradeAndGoesWithTheWayBack(@TempDir Path dir) throws IOException {
    try (var server = rig.debian12();
        var laptop = rig.laptop(server);
        var site = site(server)) {
      var older = withoutHttps(Distribution.changedCopy(dir.resolve("older")));
      laptop.runProgram(older, "seed", server.alias()).succeeded().doesNotSay("serves https");
      laptop.run(site, "deploy", "--server", server.alias()).succeeded();
      assertThat(listensOn443(server)).isFalse();

      laptop.run("seed", server.alias()).succeeded().says("it serves https on port 443");
      assertThat(new TlsVisitor(server.address()).visit().answer()).isEqualTo("HTTP/1.1 200 OK");

      laptop.runProgram(older, "seed", server.alias()).succeeded();
      SeededServer.awaitEdge(server, SeededServer.version(server));
      assertThat(listensOn443(server)).isFalse();
    }
  }

  /// What a version was that knew nothing of https: its program, without its units' part.
  private static String withoutHttps(Path distribution) throws IOException {
    var units = distribution.resolve("server/units");
    Files.delete(units.resolve("stead-edge-https.socket"));
    var edge = units.resolve("stead-edge@.service");
    Files.writeString(edge, Files.readString(edge).replace(" stead-edge-https.socket", ""));
    return distribution.resolve("bin/stead").toString();
  }

  private static boolean listensOn443(Server server) {
    return List.of("/proc/net/tcp", "/proc/net/tcp6").stream()
        .anyMatch(table -> server.run("grep ':01BB [0-9A-F:]* 0A' " + table).exit() == 0);
  }

  private static Project site(Server server) {
    return Project.empty()
        .write(
            "stead.toml",
            """
            app = "site"
            [static]
            dir = "public"
            [http]
            hosts = ["%s"]
            """
                .formatted(server.address()))
        .write("public/index.html", "first");
  }
}
