package dev.stead.cli;

import dev.stead.cli.project.Units;
import dev.stead.sdk.Answers.AppState;
import dev.stead.sdk.Answers.AppStatus;
import dev.stead.sdk.Answers.InstanceStatus;
import dev.stead.sdk.Answers.Level;
import dev.stead.sdk.Answers.Status;
import dev.stead.sdk.AppMode;
import dev.stead.sdk.AppName;
import dev.stead.sdk.Traffic;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/// `stead status`
@Command(
    description = "Shows Stead itself, every app, its instances, and what does not run and why.",
    mixinStandardHelpOptions = true)
final class StatusCommand implements Callable<Integer> {
  private final Surroundings surroundings;
  private final Terminal terminal;

  @Mixin private final ServerChoice server = new ServerChoice();
  @Mixin private final AppChoice app = new AppChoice();
  @Mixin private final JsonChoice json = new JsonChoice();

  @Parameters(arity = "0..1", paramLabel = "APP", description = "only this app")
  private Optional<String> argument = Optional.empty();

  @Option(
      names = "--traffic",
      description = "show what was served instead: requests, latencies, errors, bytes")
  private boolean traffic;

  @Option(
      names = "--since",
      paramLabel = "TIME",
      converter = WaitChoice.AsDuration.class,
      description = "how far back the traffic is looked at, up to 14d; 5m without it")
  private Optional<Duration> since = Optional.empty();

  StatusCommand(Surroundings surroundings) {
    this.surroundings = surroundings;
    this.terminal = surroundings.terminal();
  }

  @Override
  public Integer call() throws IOException {
    if (since.isPresent() && !traffic) {
      throw Misuse.of("reading the arguments", "--since is for --traffic");
    }
    var at = server.in(surroundings);
    var named = argument.map(name -> app.environment().of(name)).or(app::named);
    if (traffic) {
      traffic(at.client().traffic(named, since));
    } else if (named.isPresent()) {
      one(at.client().app(named.orElseThrow()));
    } else {
      all(at.client().status());
    }
    return ExitCode.OK.code();
  }

  private void traffic(Traffic served) {
    if (json.wanted()) {
      terminal.json(served);
    } else {
      // Nobody's is in no environment.
      var meant =
          served.releases().stream()
              .filter(each -> each.app().equals(Traffic.NOBODY) || isMeant(each.app()))
              .toList();
      new TrafficView(terminal).print(served.with(meant));
    }
  }

  private void one(AppStatus status) {
    if (json.wanted()) {
      terminal.json(status);
    } else {
      print(status);
    }
  }

  private void all(Status status) {
    if (json.wanted()) {
      terminal.json(status);
      return;
    }
    terminal.line(
        "stead %s, up %s, %s"
            .formatted(
                status.version(),
                age(status.startedAt()),
                status.edge().up()
                    ? EdgePorts.text(status.edge())
                    : "edge down: " + status.edge().why().orElse("no cause known")));
    terminal.line(
        "disk: %s of %s free; releases %s, chunks %s, logs %s"
            .formatted(
                Units.sizeText(status.disk().free()),
                Units.sizeText(status.disk().total()),
                Units.sizeText(status.disk().releases()),
                Units.sizeText(status.disk().chunks()),
                Units.sizeText(status.disk().logs())));
    status
        .alerts()
        .forEach(
            alert ->
                terminal.line(
                    terminal.styled(
                            alert.level() == Level.BAD ? Style.RED : Style.YELLOW, alert.about())
                        + ": "
                        + alert.text()));
    if (status.apps().isEmpty()) {
      terminal.line("no apps yet: `stead deploy` in a project's directory makes one");
    }
    status.apps().stream().filter(each -> isMeant(each.app())).forEach(this::print);
  }

  /// Every environment's apps are, unless one is named.
  private boolean isMeant(String each) {
    return app.environment()
        .named()
        .map(name -> AppName.of(each).environment().equals(name))
        .orElse(true);
  }

  private void print(AppStatus status) {
    terminal.line("");
    var release = status.release().map(number -> " v" + number).orElse("");
    var urls = status.urls().isEmpty() ? "" : "  " + String.join(" ", status.urls());
    terminal.line(
        terminal.styled(Style.BOLD, status.app() + release)
            + "  "
            + state(status.state())
            + mode(status.mode())
            + urls);
    status
        .canary()
        .ifPresent(
            canary ->
                terminal.line(
                    "  v%d is a canary for %d %% of the visitors"
                        .formatted(canary.release(), canary.percent())));
    status
        .operation()
        .ifPresent(
            operation ->
                terminal.line(
                    "  %s by %s for %s%s"
                        .formatted(
                            operation.kind(),
                            operation.owner(),
                            age(operation.since()),
                            operation
                                .step()
                                .map(step -> ", now: " + Following.name(step))
                                .orElse(""))));
    var table = new Columns();
    status.instances().forEach(instance -> row(table, instance));
    table.print(terminal);
  }

  private void row(Columns table, InstanceStatus instance) {
    table.row(
        "  " + instance.id(),
        instance.process(),
        "v" + instance.release(),
        instance.state(),
        instance.since().map(this::age).orElse("-"),
        instance.port().map(port -> "port " + port).orElse("-"),
        instance.memoryBytes().map(Units::sizeText).orElse("-"),
        instance.restarts() == 0 ? "" : "restarted %d times".formatted(instance.restarts()),
        instance.why().orElse(""));
  }

  private String state(AppState state) {
    var style =
        switch (state) {
          case LIVE -> Style.GREEN;
          case DEGRADED -> Style.RED;
          case EMPTY, STOPPED, ASLEEP -> Style.YELLOW;
        };
    return terminal.styled(style, state.name().toLowerCase(Locale.ROOT));
  }

  private String mode(AppMode mode) {
    return mode == AppMode.OPEN ? "" : ", " + terminal.styled(Style.YELLOW, mode.word());
  }

  private String age(Instant since) {
    var age = Duration.between(since, surroundings.clock().instant());
    return Units.durationText(age.isNegative() ? Duration.ZERO : age);
  }
}
