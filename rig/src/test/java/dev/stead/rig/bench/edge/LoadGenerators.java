package dev.stead.rig.bench.edge;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// wrk for HTTP/1.1 and h2load for HTTP/2 and for handshakes, each with one thread. Both speak the
/// same TLS to every proxy: AES-128-GCM, keys agreed on X25519, no session resumed.
final class LoadGenerators {
  private static final Pattern WRK_REQUESTS = Pattern.compile("(\\d+) requests in ");
  private static final Pattern WRK_LATENCY = Pattern.compile(" (50|99)% +([\\d.]+)(us|ms|s)\\b");
  private static final Pattern WRK_REFUSED = Pattern.compile("Non-2xx or 3xx responses: (\\d+)");
  private static final Pattern WRK_ERRORS =
      Pattern.compile("connect (\\d+), read (\\d+), write (\\d+), timeout (\\d+)");
  private static final Pattern H2LOAD_STATUSES = Pattern.compile("status codes: (\\d+) 2xx");
  private static final Pattern H2LOAD_FAILED = Pattern.compile("(\\d+) failed, (\\d+) errored");
  private static final String TLS =
      """
      openssl_conf = all
      [all]
      ssl_conf = tls
      [tls]
      system_default = same
      [same]
      Ciphersuites = TLS_AES_128_GCM_SHA256
      Groups = X25519
      """;

  private final Path log;
  private final Map<String, String> environment;

  /// @param directory for what they write
  LoadGenerators(Path directory) throws IOException {
    this.log = directory.resolve("h2load.log");
    var openssl = Files.writeString(directory.resolve("openssl.cnf"), TLS);
    this.environment = Map.of("OPENSSL_CONF", openssl.toString());
  }

  Load run(Cell cell, Ports ports, int seconds) throws IOException, InterruptedException {
    var url = ports.url(cell.speech(), cell.payload());
    return switch (cell.speech()) {
      case PLAIN, TLS -> wrk(url, cell.connections(), seconds);
      case HTTP_2 ->
          h2load(url, List.of("-c", Integer.toString(cell.connections()), "-D", seconds + "s"));
    };
  }

  /// So many connections one after the other, so many of them each second, with a request on each.
  Load handshakes(Ports ports, int count, int perSecond) throws IOException, InterruptedException {
    var number = Integer.toString(count);
    return h2load(
        ports.url(Speech.TLS, Payload.SMALL),
        List.of("--h1", "-c", number, "-n", number, "-r", Integer.toString(perSecond)));
  }

  private Load wrk(URI url, int connections, int seconds) throws IOException, InterruptedException {
    var said =
        output(
            List.of("wrk", "-t1", "-c" + connections, "-d" + seconds, "--latency", url.toString()));
    var refused = sum(WRK_REFUSED, said);
    return new Load(
        sum(WRK_REQUESTS, said) - refused,
        refused + sum(WRK_ERRORS, said),
        wrkMillis("50", said),
        wrkMillis("99", said));
  }

  private static double wrkMillis(String percentile, String said) {
    return WRK_LATENCY
        .matcher(said)
        .results()
        .filter(found -> found.group(1).equals(percentile))
        .mapToDouble(
            found ->
                Double.parseDouble(found.group(2))
                    * switch (found.group(3)) {
                      case "us" -> 0.001;
                      case "ms" -> 1;
                      default -> 1_000;
                    })
        .findFirst()
        .orElseThrow(
            () -> new IllegalStateException("wrk says otherwise than it used to: " + said));
  }

  private Load h2load(URI url, List<String> how) throws IOException, InterruptedException {
    Files.deleteIfExists(log);
    var command = new ArrayList<>(List.of("h2load", "-t1", "-m1", "--log-file=" + log));
    command.addAll(how);
    command.add(url.toString());
    var said = output(command);
    try (var lines = Files.lines(log)) {
      // When it began, the status, and how many microseconds it took.
      var millis = lines.mapToDouble(line -> Double.parseDouble(line.split("\t", -1)[2]) / 1_000);
      return Load.of(sum(H2LOAD_STATUSES, said), sum(H2LOAD_FAILED, said), millis.toArray());
    }
  }

  /// Not for ever: h2load was once seen to wait on after its time.
  private String output(List<String> command) throws IOException, InterruptedException {
    var bounded = new ArrayList<>(List.of("timeout", "60"));
    bounded.addAll(command);
    return new Program(bounded, environment).output();
  }

  /// Of all numbers that the first match has; 0 without a match.
  private static long sum(Pattern pattern, String said) {
    var matcher = pattern.matcher(said);
    return matcher.find() ? numbers(matcher) : 0;
  }

  private static long numbers(Matcher found) {
    var sum = 0L;
    for (var group = 1; group <= found.groupCount(); group++) {
      sum += Long.parseLong(found.group(group));
    }
    return sum;
  }
}
