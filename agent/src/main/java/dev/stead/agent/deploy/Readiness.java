package dev.stead.agent.deploy;

import dev.stead.sdk.HttpConfig;

/// Whether an instance of a release is ready, as its release says that it is asked: by a probe from
/// outside, or by a command once the port is open.
final class Readiness {
  private final Instances instances;
  private final HttpConfig http;
  private final Probe probe;

  Readiness(Instances instances, Release release) {
    this.instances = instances;
    this.http = release.config().http();
    this.probe = new Probe(http);
  }

  /// One without a port is ready as it runs.
  Probe.Answer ask(Placement placement) {
    if (placement.port().isEmpty()) {
      return new Probe.Answer.Ready();
    }
    var answer = probe(placement, placement.port().orElseThrow());
    return answer instanceof Probe.Answer.Ready
        ? http.checks()
            .command()
            .map(line -> new ReadyCommand(instances, line).ask(placement))
            .orElse(answer)
        : answer;
  }

  /// Another process may have taken the port since it was found free: only an answer from the
  /// instance's own processes counts.
  private Probe.Answer probe(Placement placement, int port) {
    var answer = probe.ask(port);
    var silent = http.health().equals(HttpConfig.HEALTH_NONE);
    return answer instanceof Probe.Answer.Ready
            && !silent
            && !instances.listeningPorts(placement).contains(port)
        ? new Probe.Answer.Closed()
        : answer;
  }
}
