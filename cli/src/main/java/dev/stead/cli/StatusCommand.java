package dev.stead.cli;

import dev.stead.cli.project.Units;
import dev.stead.sdk.Answers.AppState;
import dev.stead.sdk.Answers.AppStatus;
import dev.stead.sdk.Answers.InstanceStatus;
import dev.stead.sdk.Answers.Level;
import dev.stead.sdk.Answers.Status;
import dev.stead.sdk.AppMode;
import dev.stead.sdk.AppName;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.Locale;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

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

  StatusCommand(Surroundings surroundings) {
    this.surroundings = surroundings;
    this.terminal = surroundings.terminal();
  }

  @Override
  public Integer call() throws IOException {
    var at = server.in(surroundings);
    if (app.named().isPresent()) {
      one(at.client().app(app.named().orElseThrow()));
    } else {
      all(at.client().status());
    }
    return ExitCode.OK.code();
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
    status.apps().stream().filter(this::isMeant).forEach(this::print);
  }

  /// Every environment's apps are, unless one is named.
  private boolean isMeant(AppStatus status) {
    return app.environment()
        .named()
        .map(name -> AppName.of(status.app()).environment().equals(name))
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
