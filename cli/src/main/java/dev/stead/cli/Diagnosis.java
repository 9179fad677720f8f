package dev.stead.cli;

import dev.stead.cli.ssh.UnreachableException;
import dev.stead.sdk.Answers.Doctor;
import dev.stead.sdk.Answers.Finding;
import dev.stead.sdk.Answers.Level;
import dev.stead.sdk.Code;
import dev.stead.sdk.Problem;
import java.io.IOException;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/// What `stead doctor` found: what the agent says, and what can only be seen from here: the way to
/// the server, the difference between the two clocks, and where DNS leads.
record Diagnosis(List<Finding> findings, ExitCode exitCode) {
  /// Beyond this a token or a certificate of one side may be invalid on the other.
  private static final Duration CLOCK_MAX = Duration.ofSeconds(60);

  private static final Duration CLOCK_DOUBTFUL = Duration.ofSeconds(5);
  private static final String LOCALHOST = ".localhost";

  static Diagnosis of(Surroundings at) throws IOException {
    try {
      var client = at.client();
      // Asked first: the connection is made here, and would count as a difference of clocks.
      client.status();
      var asked = at.clock().instant();
      var answer = client.doctor();
      return of(at, answer, asked);
    } catch (UnreachableException e) {
      return unreachable("server", e.problem());
    } catch (IOException e) {
      var why = String.valueOf(e.getMessage());
      var socket = at.home().agentSocket();
      return unreachable("agent", Problem.of(Code.AGENT_DOWN, "talking to it at " + socket, why));
    }
  }

  private static Diagnosis unreachable(String about, Problem problem) {
    var text = "%s: %s (%s)".formatted(problem.what(), problem.why(), problem.code());
    return new Diagnosis(List.of(Finding.bad(about, text, problem.fix())), ExitCode.of(problem));
  }

  private static Diagnosis of(Surroundings at, Doctor answer, Instant asked) throws IOException {
    var findings = new ArrayList<>(answer.findings());
    findings.add(clocks(answer.now(), asked, at.clock().instant()));
    version(at, answer).ifPresent(findings::add);
    var addresses = addresses(at, answer);
    answer
        .hosts()
        .forEach((app, hosts) -> hosts.forEach(host -> findings.addAll(dns(app, host, addresses))));
    var isBad = findings.stream().anyMatch(finding -> finding.level() == Level.BAD);
    return new Diagnosis(List.copyOf(findings), isBad ? ExitCode.FAILED : ExitCode.OK);
  }

  /// The agent's time lies between the two of ours when the clocks agree.
  private static Finding clocks(Instant theirs, Instant before, Instant after) {
    var apart =
        theirs.isBefore(before)
            ? Duration.between(theirs, before)
            : theirs.isAfter(after) ? Duration.between(after, theirs) : Duration.ZERO;
    if (apart.compareTo(CLOCK_DOUBTFUL) <= 0) {
      return Finding.good("clocks", "this machine's and the agent's agree");
    }
    var text = "this machine's and the agent's are %d s apart".formatted(apart.toSeconds());
    var fix = "Set the one that is wrong: `timedatectl set-ntp true`.";
    return apart.compareTo(CLOCK_MAX) > 0
        ? Finding.bad("clocks", text, fix)
        : Finding.doubtful("clocks", text, fix);
  }

  private static Optional<Finding> version(Surroundings at, Doctor answer) {
    if (at.distribution().isEmpty() || answer.version().equals(Cli.version())) {
      return Optional.empty();
    }
    var here = at.server().map(server -> "`stead seed %s`".formatted(server)).orElse("`stead up`");
    return Optional.of(
        Finding.doubtful(
            "version",
            "the agent is %s, this command is %s".formatted(answer.version(), Cli.version()),
            here + " brings this version there."));
  }

  /// Those that the machine itself has, and the one it is reached by: behind a translated address
  /// it does not know that one.
  private static Set<InetAddress> addresses(Surroundings at, Doctor answer) throws IOException {
    var addresses =
        new TreeSet<InetAddress>((a, b) -> a.getHostAddress().compareTo(b.getHostAddress()));
    for (var address : answer.addresses()) {
      addresses.add(InetAddress.ofLiteral(address));
    }
    if (at.server().isPresent()) {
      addresses.addAll(resolve(at.connection(at.server().orElseThrow()).address()));
    }
    return addresses;
  }

  private static List<Finding> dns(String app, String host, Set<InetAddress> ours) {
    if (host.startsWith("*") || host.endsWith(LOCALHOST) || ours.isEmpty()) {
      return List.of();
    }
    var about = "dns " + host;
    var found = resolve(host);
    if (found.isEmpty()) {
      return List.of(
          Finding.bad(
              about,
              "it has no address, so nobody reaches app %s by it".formatted(app),
              "Give it an A or AAAA record that names %s.".formatted(text(ours))));
    }
    if (found.stream().anyMatch(ours::contains)) {
      return List.of(Finding.good(about, "it leads to this server"));
    }
    return List.of(
        Finding.doubtful(
            about,
            "it leads to %s, and this server has %s".formatted(text(found), text(ours)),
            "Correct its record, unless a proxy or a load balancer stands in front of the server."));
  }

  private static List<InetAddress> resolve(String host) {
    try {
      return Arrays.asList(InetAddress.getAllByName(host));
    } catch (UnknownHostException e) {
      return List.of();
    }
  }

  private static String text(Iterable<InetAddress> addresses) {
    var text = new ArrayList<String>();
    addresses.forEach(address -> text.add(address.getHostAddress()));
    return String.join(", ", text);
  }
}
