package dev.stead.agent.deploy;

import dev.stead.agent.deploy.Differences.Setup;
import dev.stead.agent.deploy.Records.Versioned;
import dev.stead.agent.supervisor.Exit;
import dev.stead.agent.supervisor.Instance;
import dev.stead.sdk.Answers;
import dev.stead.sdk.Answers.AppState;
import dev.stead.sdk.AppName;
import dev.stead.sdk.Code;
import dev.stead.sdk.Problem;
import dev.stead.sdk.ProblemException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Stream;

/// What is said about apps when somebody asks. Reads only.
final class Reports {
  private final Workshop parts;
  private final Records records;
  private final Rollbacks rollbacks;

  Reports(Workshop parts, Rollbacks rollbacks) {
    this.parts = parts;
    this.records = parts.records();
    this.rollbacks = rollbacks;
  }

  Answers.AppStatus status(String app) {
    records.requireApp(app);
    var live = records.live(app).map(Versioned::value);
    var underWay = records.underWay(app);
    var instances = instances(live, underWay);
    return new Answers.AppStatus(
        app,
        live.map(found -> state(found)).orElse(AppState.EMPTY),
        live.map(Live::release),
        live.flatMap(found -> parts.pruning().former(app, found)),
        live.map(found -> urls(app, found)).orElse(List.of()),
        instances,
        live.map(Live::scale).orElseGet(TreeMap::new),
        underWay.map(Reports::operation),
        records.mode(app),
        live.flatMap(Live::canary)
            .map(canary -> new Answers.CanaryStatus(canary.release(), canary.percent())));
  }

  List<Answers.AppStatus> statuses() {
    return records.apps().stream().map(this::status).toList();
  }

  private List<String> urls(String app, Live live) {
    return parts.hosts().urls(records.liveRelease(app, live));
  }

  private AppState state(Live live) {
    if (live.stopped()) {
      return AppState.STOPPED;
    }
    if (live.asleep()) {
      return AppState.ASLEEP;
    }
    var allRun =
        live.all().stream()
            .allMatch(each -> parts.instances().find(each).map(Instance::running).orElse(false));
    return allRun ? AppState.LIVE : AppState.DEGRADED;
  }

  private List<Answers.InstanceStatus> instances(
      Optional<Live> live, Optional<Operation> operation) {
    var all = new LinkedHashSet<Placement>();
    live.ifPresent(found -> all.addAll(found.all()));
    var serving = List.copyOf(all);
    operation.ifPresent(
        found -> {
          all.addAll(found.starting());
          all.addAll(found.retiring());
        });
    var statuses = new ArrayList<Answers.InstanceStatus>();
    for (var placement : all) {
      var retiring =
          !serving.contains(placement)
              && operation.map(found -> found.retiring().contains(placement)).orElse(false);
      var found = parts.instances().find(placement);
      if (found.isPresent() || serving.contains(placement)) {
        statuses.add(
            instance(placement, found, retiring ? Optional.of("stopping") : Optional.empty()));
      }
    }
    return statuses;
  }

  private static Answers.InstanceStatus instance(
      Placement placement, Optional<Instance> found, Optional<String> said) {
    var running =
        found
            .map(Instance::state)
            .filter(Instance.State.Running.class::isInstance)
            .map(Instance.State.Running.class::cast);
    var memory = found.map(Instance::memoryBytes).filter(bytes -> bytes.isPresent());
    return new Answers.InstanceStatus(
        placement.id(),
        placement.process(),
        placement.release(),
        said.orElse(found.map(instance -> state(instance.state())).orElse("exited")),
        placement.port(),
        running.map(Instance.State.Running::pid),
        running.map(Instance.State.Running::since),
        found.map(Instance::restarts).orElse(0),
        memory.map(bytes -> bytes.getAsLong()),
        found.flatMap(Instance::lastExit).map(Exit::explain));
  }

  private static String state(Instance.State state) {
    return switch (state) {
      case Instance.State.Running running -> "running";
      case Instance.State.BackingOff backingOff -> "backing-off";
      case Instance.State.Stopped stopped -> "exited";
    };
  }

  private static Answers.OperationStatus operation(Operation operation) {
    return new Answers.OperationStatus(
        operation.id(),
        operation.kind().word(),
        operation.actor(),
        operation.startedAt(),
        Optional.of(operation.stage().step()));
  }

  Answers.Releases releases(String app) {
    records.requireApp(app);
    var live = records.live(app).map(found -> found.value().release());
    var kept = parts.pruning().kept(app);
    return new Answers.Releases(
        records.releases(app).reversed().stream()
            .map(
                release ->
                    new Answers.Release(
                        release.number(),
                        release.createdAt(),
                        release.actor(),
                        release.message().orElse(release.reason()),
                        release.bundle(),
                        release.bytes(),
                        live.filter(number -> number == release.number()).isPresent(),
                        kept.contains(release.number()),
                        records.standing(app, release.number()).map(Standing::text)))
            .toList());
  }

  Answers.Env env(String app) {
    records.requireApp(app);
    return new Answers.Env(records.variables(app));
  }

  Answers.Secrets secrets(String app) {
    records.requireApp(app);
    var secrets = new ArrayList<Answers.Secret>();
    for (var name : records.secrets(app).keySet()) {
      var change = records.lastChange(app, name);
      secrets.add(
          new Answers.Secret(
              name,
              change.map(found -> found.at()).orElse(Instant.EPOCH),
              change.map(found -> found.author()).orElse("unknown")));
    }
    return new Answers.Secrets(secrets);
  }

  /// @param since only what was done after that
  Answers.History history(String app, Instant since) {
    records.requireApp(app);
    return new Answers.History(
        records.history(app).stream()
            .filter(change -> change.at().isAfter(since))
            .map(
                change ->
                    new Answers.Change(
                        change.revision(), change.at(), change.author(), change.message()))
            .toList());
  }

  /// @param at when the release to go back to was live; empty = it is the one that is wanted
  Answers.Difference rollbackDifference(
      String app, Optional<Integer> wanted, Optional<Instant> at) {
    records.requireApp(app);
    var live = requireLive(app);
    var from = records.liveRelease(app, live);
    var number = at.isPresent() ? at.map(then -> rollbacks.liveAt(app, then)) : wanted;
    var to = rollbacks.target(app, live, number);
    var back = new Setup(to, to.secrets(), rollbacks.scale(app, to));
    return new Answers.Difference(
        from.number(),
        to.number(),
        new Differences(parts, Setup.of(from, live), back).linesGoingBack());
  }

  /// What differs between two releases, kept or not.
  Answers.Difference difference(String app, int from, int to) {
    records.requireApp(app);
    return new Answers.Difference(
        from, to, new Differences(parts, setup(app, from), setup(app, to)).lines());
  }

  Answers.EnvironmentDifference environmentDifference(
      String from, String to, Optional<String> app) {
    records.requireEnvironment(from);
    records.requireEnvironment(to);
    var names = new TreeSet<String>();
    Stream.of(from, to)
        .flatMap(environment -> records.apps(environment).stream())
        .map(each -> AppName.of(each).app())
        .filter(each -> app.map(each::equals).orElse(true))
        .forEach(names::add);
    return new Answers.EnvironmentDifference(
        names.stream()
            .map(name -> difference(new AppName(from, name), new AppName(to, name)))
            .toList());
  }

  private Answers.AppDifference difference(AppName from, AppName to) {
    var before = live(from);
    var after = live(to);
    var lines =
        before.isPresent() && after.isPresent()
            ? new Differences(parts, before.orElseThrow(), after.orElseThrow()).lines()
            : List.<String>of();
    return new Answers.AppDifference(
        from.app(),
        before.map(setup -> setup.release().number()),
        after.map(setup -> setup.release().number()),
        lines);
  }

  private Optional<Setup> live(AppName name) {
    var app = name.toString();
    return records
        .live(app)
        .map(Versioned::value)
        .map(live -> Setup.of(records.liveRelease(app, live), live));
  }

  private Setup setup(String app, int number) {
    var release = rollbacks.requireRelease(app, number);
    return new Setup(release, release.secrets(), rollbacks.scale(app, release));
  }

  Live requireLive(String app) {
    records.requireApp(app);
    return records
        .live(app)
        .map(Versioned::value)
        .orElseThrow(
            () ->
                new ProblemException(
                    Problem.of(
                        Code.NO_RELEASE, "using the live release of " + app, "nothing is live")));
  }
}
