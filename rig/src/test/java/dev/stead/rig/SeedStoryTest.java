package dev.stead.rig;

import static org.assertj.core.api.Assertions.assertThat;

import dev.stead.rig.host.Distribution;
import dev.stead.rig.host.Eventually;
import dev.stead.rig.host.Project;
import dev.stead.rig.server.OnServers;
import dev.stead.rig.server.Rig;
import dev.stead.rig.server.SeededServer;
import dev.stead.rig.server.Server;
import java.io.IOException;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// A bare server's life with Stead, from its owner's view.
@Order(Turn.FIRST)
@OnServers
final class SeedStoryTest {
  private static final Duration PATIENCE = Duration.ofSeconds(30);

  private final Rig rig;

  SeedStoryTest(Rig rig) {
    this.rig = rig;
  }

  @Test
  void aServerOf512MegabytesFromSeedToUnseed(@TempDir Path dir) throws IOException {
    try (var server = rig.debian12();
        var laptop = rig.laptop(server);
        var site = site(server)) {
      server.limitMemory(512);
      var bare = files(server);

      laptop.run("seed", server.alias()).succeeded().says("answers on port 80");
      laptop.run("seed", server.alias()).succeeded().says("nothing to send");
      laptop.run(site, "deploy", "--server", server.alias()).succeeded().says("site v1 is live");
      assertThat(page(server)).contains("200 OK", "first");
      var version = SeededServer.version(server);

      var newer = Distribution.changedCopy(dir.resolve("newer")).resolve("bin/stead").toString();
      try (var load = new Load(server)) {
        laptop.runProgram(newer, "seed", server.alias()).succeeded().says("sent 1 files");
        assertThat(SeededServer.version(server)).isNotEqualTo(version);
        SeededServer.awaitEdge(server, SeededServer.version(server));
        laptop.run("seed", server.alias(), "--back").succeeded().says(version);
        assertThat(SeededServer.version(server)).isEqualTo(version);
        SeededServer.awaitEdge(server, version);
        assertThat(load.ended()).hasSizeGreaterThan(50).allMatch(Load.GOOD::equals);
      }
      laptop.run("status", "--server", server.alias()).succeeded().says("site v1", "live");

      server.reboot();
      Eventually.until("the site after a reboot", PATIENCE, () -> page(server).contains("first"));

      laptop.run("unseed", server.alias()).failed().says("C-NOT-CONFIRMED");
      laptop.run("unseed", server.alias(), "--confirm", server.alias()).succeeded();
      assertThat(server.run("ls /var/lib/stead/store").exit()).isZero();
      laptop.run("status", "--server", server.alias()).failed().says("C-NO-STEAD");
      laptop.run("seed", server.alias()).succeeded();
      Eventually.until("the site of kept data", PATIENCE, () -> page(server).contains("first"));
      Eventually.until(
          "a process that reads its kept release",
          PATIENCE,
          () -> laptop.run("status", "--server", server.alias()).out().contains("running"));
      laptop.run("unseed", server.alias(), "--confirm", server.alias(), "--with-data").succeeded();
      assertThat(files(server)).isEqualTo(bare);
    }
  }

  private static Project site(Server server) {
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
            hosts = ["%s"]
            """
                .formatted(server.address()))
        .write("public/index.html", "first");
  }

  private static String page(Server server) {
    try (var socket = new Socket(server.address(), 80)) {
      socket
          .getOutputStream()
          .write(
              "GET / HTTP/1.1\r\nHost: %s\r\nConnection: close\r\n\r\n"
                  .formatted(server.address())
                  .getBytes(StandardCharsets.US_ASCII));
      return new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      return e.toString();
    }
  }

  /// What is in the places that a seed writes to.
  private static String files(Server server) {
    return server
        .run("find /opt /etc/systemd /etc/tmpfiles.d /var/lib -maxdepth 2 | sort; cat /etc/group")
        .succeeded()
        .out();
  }

  /// Requests one after the other, each on a connection of its own, until it is closed.
  private static final class Load implements AutoCloseable {
    static final String GOOD = "HTTP/1.1 200 OK";

    private final List<String> ended = new ArrayList<>();
    private final CountDownLatch closing = new CountDownLatch(1);
    private final Thread visitor;

    Load(Server server) {
      visitor = Thread.ofVirtual().name("visitor").start(() -> visit(server));
    }

    private void visit(Server server) {
      while (closing.getCount() > 0) {
        var answer = page(server).lines().findFirst().orElse("nothing");
        synchronized (ended) {
          ended.add(answer);
        }
        Eventually.pass(Duration.ofMillis(20));
      }
    }

    List<String> ended() {
      synchronized (ended) {
        return List.copyOf(ended);
      }
    }

    @Override
    public void close() {
      closing.countDown();
      try {
        visitor.join();
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
    }
  }
}
