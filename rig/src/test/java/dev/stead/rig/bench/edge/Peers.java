package dev.stead.rig.bench.edge;

import java.io.IOException;
import java.util.List;
import java.util.Map;

/// The proxies that the edge stands beside, from Debian's packages: with as many workers, targets'
/// connections kept, no log of requests, HTTP/2, and the headers that people have them add.
final class Peers {
  private final Site site;

  Peers(Site site) {
    this.site = site;
  }

  Proxy nginx() throws IOException, InterruptedException {
    var ports = Ports.free();
    return start("nginx", "-v", ports, Program.of("nginx", "-c", config("nginx.conf", ports)));
  }

  Proxy haproxy() throws IOException, InterruptedException {
    var ports = Ports.free();
    return start(
        "haproxy", "-v", ports, Program.of("haproxy", "-db", "-f", config("haproxy.cfg", ports)));
  }

  Proxy caddy() throws IOException, InterruptedException {
    var ports = Ports.free();
    var directory = site.directory().toString();
    var environment =
        Map.of(
            "GOMAXPROCS",
            Integer.toString(Site.WORKERS),
            "HOME",
            directory,
            "XDG_DATA_HOME",
            directory);
    var command = List.of("caddy", "run", "--config", config("Caddyfile", ports));
    return start("caddy", "version", ports, new Program(command, environment));
  }

  private String config(String name, Ports ports) throws IOException {
    var certificate = site.certificate();
    return Template.fill(
            name,
            site.directory(),
            Map.of(
                "workers",
                Site.WORKERS,
                "user",
                System.getProperty("user.name"),
                "directory",
                site.directory(),
                "backend",
                site.backendPort(),
                "http",
                ports.http(),
                "https",
                ports.https(),
                "chain",
                certificate.chain(),
                "key",
                certificate.key(),
                "both",
                certificate.both()))
        .toString();
  }

  private Proxy start(String name, String askVersion, Ports ports, Program program)
      throws IOException, InterruptedException {
    var version = Program.of(name, askVersion).output().lines().findFirst().orElse("");
    var log = site.resolve(name + ".out");
    return Proxy.start(name, version, ports, program.start(log), log);
  }
}
