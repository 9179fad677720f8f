package dev.stead.agent.deploy;

import dev.stead.agent.deploy.Records.Forked;
import dev.stead.agent.deploy.Records.Versioned;
import dev.stead.sdk.Answers;
import dev.stead.sdk.AppMode;
import dev.stead.sdk.AppName;
import dev.stead.sdk.Code;
import dev.stead.sdk.Problem;
import dev.stead.sdk.ProblemException;
import dev.stead.sdk.Requests;
import dev.stead.store.Commit.Mutation;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;

/// The environments: branches of the store, each forked from another one with the apps' config. An
/// app of a new environment is stopped until it is deployed or started there; its volumes and logs
/// are its own and empty, it has no tokens, and secrets only when that was asked for.
///
/// A branch is an environment once its document [Forked] is there. That comes with the commit that
/// takes away what a fork must not have, so that a fork which an agent's end cut short is none, and
/// is made anew when it is asked for again.
final class Environments {
  private final Workshop parts;
  private final Records records;
  private final Leases leases;
  private final Removal removal;

  Environments(Workshop parts, Leases leases, Removal removal) {
    this.parts = parts;
    this.records = parts.records();
    this.leases = leases;
    this.removal = removal;
  }

  Answers.Environments list() {
    return new Answers.Environments(
        records.environments().stream().map(this::environment).toList());
  }

  private Answers.Environment environment(String name) {
    var forked = records.forked(name);
    var apps = records.apps(name);
    return new Answers.Environment(
        name,
        forked.map(Forked::parent),
        forked.map(Forked::createdAt),
        forked.map(Forked::createdBy),
        apps,
        apps.stream().filter(removal::runs).toList());
  }

  Answers.Environment fork(Requests.Fork request, String actor) {
    var message = "fork %s %s".formatted(request.parent(), request.name());
    records.requireEnvironment(request.parent());
    Rules.requireEnvironmentName(request.name());
    try (var _ = whole(request.name(), "fork", actor)) {
      requireFree(message, request.name());
      fork(request, message, actor);
    }
    records.tell(request.parent(), actor, message);
    return environment(request.name());
  }

  private void fork(Requests.Fork request, String message, String actor) {
    var name = request.name();
    records.fork(request.parent(), name, actor, message);
    var changes = new ArrayList<Mutation>();
    for (var app : records.apps(request.parent())) {
      changes.addAll(apart(AppName.of(app).in(name).toString(), request.withSecrets()));
    }
    var forked = new Forked(name, request.parent(), parts.clock().instant(), actor);
    records.found(name, forked, message, changes);
  }

  /// The right to make or remove an environment.
  private Leases.Held whole(String environment, String what, String actor) {
    return leases.take(environment + ".*", what, actor);
  }

  private void requireFree(String message, String name) {
    var taken = records.environments().contains(name);
    if (taken || !records.isFree(name)) {
      var what = taken ? "an environment" : "a branch of the store, no environment,";
      throw new ProblemException(
          Problem.of(Code.ENVIRONMENT_EXISTS, message, "there is %s of this name".formatted(what)));
    }
  }

  /// Takes away what a forked app must not share with the one it was forked from.
  private List<Mutation> apart(String app, boolean withSecrets) {
    var changes = new ArrayList<Mutation>();
    records
        .live(app)
        .map(Versioned::value)
        .map(live -> stopped(live, withSecrets))
        .ifPresent(live -> changes.add(Records.put(Keys.live(app), live)));
    if (records.mode(app) != AppMode.OPEN) {
      changes.add(new Mutation.Delete(Keys.mode(app)));
    }
    if (records.operation(app).isPresent()) {
      changes.add(new Mutation.Delete(Keys.operation(app)));
    }
    for (var token : records.tokens(app).keySet()) {
      changes.add(new Mutation.Delete(Keys.token(app, token)));
    }
    if (!withSecrets) {
      for (var secret : records.secrets(app).keySet()) {
        changes.add(new Mutation.Delete(Keys.secret(app, secret)));
      }
    }
    return changes;
  }

  private static Live stopped(Live live, boolean withSecrets) {
    var secrets = withSecrets ? live.secrets() : new TreeMap<String, Long>();
    return Live.of(live.release(), Optional.empty(), live.scale(), secrets, List.of()).atRest();
  }

  /// Removes an environment with the files of its releases. May be done again when it was cut
  /// short.
  void remove(String name, String actor) {
    var what = "environments remove " + name;
    records.requireEnvironment(name);
    var parent =
        records
            .forked(name)
            .map(Forked::parent)
            .orElseThrow(() -> refused(what, "it is the first, which is always there"));
    var forks = records.environments().stream().filter(other -> isForkOf(other, name)).toList();
    if (!forks.isEmpty()) {
      throw refused(what, "forked from it: " + String.join(", ", forks));
    }
    var held = new ArrayList<Leases.Held>();
    try {
      held.add(whole(name, "removal", actor));
      for (var app : records.apps(name)) {
        held.add(leases.take(app, "removal", actor));
        requireStopped(what, app);
      }
      takeAway(name, actor);
    } finally {
      held.forEach(Leases.Held::close);
    }
    records.tell(parent, actor, what);
  }

  private boolean isForkOf(String environment, String parent) {
    return records.forked(environment).filter(from -> from.parent().equals(parent)).isPresent();
  }

  private void requireStopped(String what, String app) {
    if (removal.runs(app)) {
      throw refused(what, "%s runs there; stop it first".formatted(app));
    }
  }

  private void takeAway(String name, String actor) {
    var apps = records.apps(name);
    apps.forEach(app -> removal.clear(app, actor));
    records.forget(name);
    removal.forget(apps);
  }

  private static ProblemException refused(String what, String why) {
    return new ProblemException(Problem.of(Code.ENVIRONMENT_IN_USE, what, why));
  }
}
