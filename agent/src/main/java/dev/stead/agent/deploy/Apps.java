package dev.stead.agent.deploy;

import dev.stead.agent.deploy.Operations.Wish;
import dev.stead.agent.deploy.Planner.Origin;
import dev.stead.agent.edge.EdgeLink;
import dev.stead.agent.supervisor.TaskSpec;
import dev.stead.agent.volume.Volumes;
import dev.stead.edge.control.AccessLogFiles;
import dev.stead.sdk.Answers;
import dev.stead.sdk.AppConfig;
import dev.stead.sdk.Code;
import dev.stead.sdk.Event;
import dev.stead.sdk.Problem;
import dev.stead.sdk.ProblemException;
import dev.stead.sdk.ProcessConfig;
import dev.stead.sdk.Requests;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeSet;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.stream.Collectors;

/// The apps of this server, and the only way to change them. Each change is an operation: it is
/// begun by one call here, runs on a thread of its own under the app's lease, survives its caller,
/// and is watched through [#events]. Safe for concurrent use.
///
/// Refusals are [ProblemException]s: of the request itself at once, of what is found later as the
/// operation's last event. A request with `waitFor` is begun at once and waits for the lease in its
/// first step.
public final class Apps implements AutoCloseable {
  /// So much of what was done is written into the history.
  private static final int ACT_CHARS_MAX = 200;

  private final Workshop parts;
  private final Operations operations;
  private final Planner planner;
  private final Reports reports;
  private final Storage storage;
  private final Watches watches;
  private final Tokens tokens;
  private final Checkup checkup;
  private final Removal removal;
  private final Environments environments;
  private final Leases leases;

  public Apps(Surroundings surroundings) {
    this(surroundings, Machine.here(), Pruning.Budget.of(surroundings.home()));
  }

  Apps(Surroundings around, Machine machine, Pruning.Budget budget) {
    var home = around.home();
    var operationLogs = home.resolve("operations");
    var records = new Records(around.store());
    var random = new SecureRandom();
    var ports = new Ports(random);
    var letters = new Letters(random);
    var environment = new Environment(records, around.vault());
    var hosts = new Hosts(around.site(), machine::address, around.httpPort(), around.certified());
    var bridge = new AssetBridge(records, around.clock());
    var rules = new RouteRules(environment, around.bundles(), bridge, random);
    var routes = new Routes(records, around.bundles(), hosts, rules, machine.bootId());
    this.parts =
        new Workshop(
            records,
            around.supervisor(),
            around.bundles(),
            new Instances(around, environment, ports, letters),
            environment,
            ports,
            new Publisher(
                new EdgeLink(around.edges()), routes, around.store().head(), around.httpPort()),
            new Pruning(records, around.bundles(), bridge, operationLogs, budget),
            machine,
            new Packages(around.site()),
            around.volumes(),
            hosts,
            around.clock());
    this.leases = new Leases(around.store(), letters, around.clock());
    this.operations = new Operations(parts, leases, operationLogs);
    var rollbacks = new Rollbacks(parts);
    this.planner = new Planner(parts, around.vault(), rollbacks);
    this.reports = new Reports(parts, rollbacks);
    this.storage = new Storage(parts);
    this.watches =
        new Watches(
            parts,
            planner,
            new VolumeWatch(storage),
            new HistoryUpkeep(around.store(), records),
            this::beginAlone);
    this.tokens =
        new Tokens(records, new DeployUsers(home.resolve("tokens")), around.site(), around.clock());
    this.checkup = new Checkup(parts, storage);
    this.removal =
        new Removal(parts, leases, tokens, new AppLogs(around.logs(), AccessLogFiles.of(home)));
    this.environments = new Environments(parts, leases, removal);
  }

  /// Takes the apps over from the agent before this one: adopts their instances, finishes or undoes
  /// what was under way, starts again what should run and does not, tells the edge. Called once,
  /// before any other method; what takes time goes on in the background.
  public void recover() {
    tokens.open();
    new Recovery(parts, leases, operations).run();
    watches.start();
  }

  /// Begins what nobody has asked for.
  private void beginAlone(String app, Kind kind, Function<Origin, Plan> plan) {
    begin(origin(app, kind, "agent"), Optional.empty(), plan);
  }

  /// Makes a bundle with a config the app's next release.
  ///
  /// @param actor who asks, from where; written into the history
  public Answers.Started deploy(String app, Requests.Deploy request, String actor) {
    if (!parts.bundles().complete(request.bundle())) {
      throw new ProblemException(
          Problem.of(
              Code.NO_BUNDLE,
              "deploying " + app,
              "bundle %s is not here, or not whole".formatted(request.bundle())));
    }
    var message = Rules.requireMessage(app, request.message());
    var origin = new Origin(app, Kind.DEPLOY, actor, "deploy", message);
    return begin(origin, request.waitFor(), from -> planner.deploy(from, request));
  }

  /// Makes what runs of the app in another environment its next release, with what either changed
  /// of the config.
  public Answers.Started promote(String app, Requests.Promote request, String actor) {
    Rules.requireEnvironmentName(request.from());
    parts.records().requireEnvironment(request.from());
    return begin(
        origin(app, Kind.PROMOTE, actor),
        request.waitFor(),
        from -> planner.promote(from, request));
  }

  public Answers.Started rollback(String app, Requests.Rollback request, String actor) {
    return begin(
        origin(app, Kind.ROLLBACK, actor),
        request.waitFor(),
        from -> planner.rollback(from, request));
  }

  public Answers.Started scale(String app, Requests.Scale request, String actor) {
    return begin(
        origin(app, Kind.SCALE, actor), request.waitFor(), from -> planner.scale(from, request));
  }

  public Answers.Started restart(String app, Requests.Plain request, String actor) {
    return begin(origin(app, Kind.RESTART, actor), request.waitFor(), planner::restart);
  }

  public Answers.Started stop(String app, Requests.Plain request, String actor) {
    return begin(origin(app, Kind.STOP, actor), request.waitFor(), planner::stop);
  }

  public Answers.Started start(String app, Requests.Plain request, String actor) {
    return begin(origin(app, Kind.START, actor), request.waitFor(), planner::start);
  }

  /// Gives the canary another share of the visitors.
  public Answers.Started canary(String app, Requests.Canary request, String actor) {
    return begin(
        origin(app, Kind.CANARY, actor),
        request.waitFor(),
        from -> planner.canaries().share(from, request.percent()));
  }

  /// Makes the canary what is live.
  public Answers.Started promoteCanary(String app, Requests.Plain request, String actor) {
    return begin(origin(app, Kind.CANARY, actor), request.waitFor(), planner.canaries()::promote);
  }

  /// Ends the canary; what is live gets all visitors again.
  public Answers.Started abortCanary(String app, Requests.Plain request, String actor) {
    return begin(
        origin(app, Kind.CANARY, actor),
        request.waitFor(),
        from -> planner.canaries().abort(from, "abort"));
  }

  /// Has the edge hold the app's requests until [#resume].
  public Answers.Started pause(String app, Requests.Plain request, String actor) {
    return begin(origin(app, Kind.PAUSE, actor), request.waitFor(), planner::pause);
  }

  /// Lets the app's requests pass again; ends a maintenance, too.
  public Answers.Started resume(String app, Requests.Plain request, String actor) {
    return begin(origin(app, Kind.RESUME, actor), request.waitFor(), planner::resume);
  }

  /// Turns the app's requests away with a page that says so, or ends that.
  public Answers.Started maintenance(String app, Requests.Maintenance request, String actor) {
    var kind = request.on() ? Kind.MAINTENANCE_ON : Kind.MAINTENANCE_OFF;
    return begin(
        origin(app, kind, actor),
        request.waitFor(),
        from -> planner.maintenance(from, request.on()));
  }

  /// Sets and unsets plain variables. They are stored at once; where something is live, a new
  /// release of it takes them up.
  public Answers.Started changeEnv(String app, Requests.Variables request, String actor) {
    Rules.requireVariables("changing the variables of " + app, request);
    return begin(
        new Origin(app, Kind.ENV, actor, "env " + names(request), Optional.empty()),
        request.waitFor(),
        from -> planner.env(from, request));
  }

  /// Sets and unsets secrets, as [#changeEnv] does variables.
  public Answers.Started changeSecrets(String app, Requests.Variables request, String actor) {
    Rules.requireVariables("changing the secrets of " + app, request);
    return begin(
        new Origin(app, Kind.SECRETS, actor, "secret " + names(request), Optional.empty()),
        request.waitFor(),
        from -> planner.secrets(from, request));
  }

  private Answers.Started begin(
      Origin origin, Optional<Duration> waitFor, Function<Origin, Plan> planner) {
    requireName(origin.app());
    return operations.begin(
        new Wish(
            origin.app(), origin.kind(), origin.actor(), waitFor, () -> planner.apply(origin)));
  }

  private static Origin origin(String app, Kind kind, String actor) {
    return new Origin(app, kind, actor, kind.word(), Optional.empty());
  }

  private static String names(Requests.Variables request) {
    var set =
        request.set().isEmpty()
            ? ""
            : "set " + String.join(" ", new TreeSet<>(request.set().keySet()));
    var unset =
        request.unset().isEmpty()
            ? ""
            : "unset " + String.join(" ", new TreeSet<>(request.unset()));
    return (set + " " + unset).strip();
  }

  /// Hands over an operation's events from number `from` (0 = the first) and returns after
  /// [Event.Finished]; waits for those that have not happened yet. Works for operations of earlier
  /// agents too. When this agent closes first, it returns without that last event.
  public void events(String app, String operation, int from, Consumer<Event> each)
      throws InterruptedException {
    operations.follow(app, operation, from, each);
  }

  /// Undoes an operation that has not reached its switch. One that has goes on to its end, and one
  /// that has ended stays as it is.
  public void cancel(String app, String operation) {
    operations.cancel(app, operation);
  }

  public Answers.AppStatus status(String app) {
    return reports.status(app);
  }

  /// Every app's status, by name.
  public List<Answers.AppStatus> statuses() {
    return reports.statuses();
  }

  /// Every volume there is, also those of apps that are gone.
  public Answers.Volumes volumes() {
    return new Answers.Volumes(storage.list());
  }

  /// Copies a volume while nothing of the app runs, for [#sendVolume].
  public Answers.Started backUpVolume(
      String app, String volume, Requests.Plain request, String actor) {
    storage.require(app, volume);
    return begin(
        origin(app, Kind.BACKUP, actor), request.waitFor(), from -> planner.volume(from, volume));
  }

  /// Sends the copy that a backup has made, once.
  public void sendVolume(String app, String volume, Volumes.Destination to) throws IOException {
    parts.volumes().send(app, volume, to);
  }

  /// Receives what a restore is to put in a volume's place.
  public void receiveVolume(String app, String volume, InputStream from) throws IOException {
    var config = storage.require(app, volume);
    parts.volumes().receive(app, volume, config.sizeBytes(), from);
  }

  /// Puts what was received in the volume's place, while nothing of the app runs. When the app does
  /// not come up with it, the former content is back.
  public Answers.Started restoreVolume(
      String app, String volume, Requests.Plain request, String actor) {
    storage.require(app, volume);
    return begin(
        origin(app, Kind.RESTORE, actor), request.waitFor(), from -> planner.volume(from, volume));
  }

  /// Which tokens there are, and whom they log in as.
  public Tokens tokens() {
    return tokens;
  }

  /// Lets whoever has a key deploy the app, and nothing else.
  public Answers.Token createToken(String app, Requests.NewToken request, String actor) {
    return tokens.create(app, request, actor);
  }

  public Answers.Tokens tokens(String app) {
    return tokens.list(app);
  }

  public void revokeToken(String app, String name, String actor) {
    tokens.revoke(app, name, actor);
  }

  public Answers.Environments environments() {
    return environments.list();
  }

  /// Makes an environment of another one's apps and their config. None of them runs there until it
  /// is deployed or started.
  public Answers.Environment fork(Requests.Fork request, String actor) {
    return environments.fork(request, actor);
  }

  /// Removes an app that is stopped: all but its volumes and logs.
  public void remove(String app, String actor) {
    requireName(app);
    removal.remove(app, actor);
  }

  /// Removes an app that is stopped, and its volumes; also those of an app that went before.
  public void removeWithVolumes(String app, String actor) {
    requireName(app);
    removal.removeWithVolumes(app, actor);
  }

  private void requireName(String app) {
    Rules.requireName(app);
    parts.records().requireEnvironment(Records.branch(app));
  }

  /// Removes an environment whose apps are stopped. Their volumes and logs stay.
  public void removeEnvironment(String name, String actor) {
    environments.remove(name, actor);
  }

  /// Unmounts all volumes, for the end of Stead here.
  public void unmountVolumes() {
    parts.volumes().unmount();
  }

  /// What is well and what is not with the apps and what they need of this machine.
  public List<Answers.Finding> findings() {
    return checkup.findings();
  }

  /// The host names that apps answer to, by app; without those that every app of a laptop has.
  public SortedMap<String, List<String>> hosts() {
    return checkup.hosts();
  }

  /// Those of all apps together.
  public Set<String> namedHosts() {
    return hosts().values().stream().flatMap(List::stream).collect(Collectors.toSet());
  }

  /// The hosts that are to have a certificate of a CA's: those that live apps of a server answer to
  /// by their names.
  public Set<String> certifiedHosts() {
    return checkup.certifiedHosts();
  }

  /// Those of one app.
  public Set<String> certifiedHosts(String app) {
    reports.status(app); // refuses an app that was never here
    return checkup.certifiedHosts(app);
  }

  /// Where an app can be asked whether it wants a certificate for a host that no app names: an
  /// address for each of its instances, to which the question is to be added.
  public List<URI> certificatesAsk() {
    return checkup.certificatesAsk();
  }

  public Answers.EdgeStatus edge() {
    return parts.publisher().status();
  }

  public Answers.Releases releases(String app) {
    return reports.releases(app);
  }

  public Answers.Env env(String app) {
    return reports.env(app);
  }

  public Answers.Secrets secrets(String app) {
    return reports.secrets(app);
  }

  /// Who changed what, newest first.
  ///
  /// @param since only what was done after that
  public Answers.History history(String app, Instant since) {
    return reports.history(app, since);
  }

  /// What going back would change.
  ///
  /// @param release where to; empty = the one before what is live
  /// @param at where to instead: what was live then
  public Answers.Difference rollbackDifference(
      String app, Optional<Integer> release, Optional<Instant> at) {
    return reports.rollbackDifference(app, release, at);
  }

  /// What differs between two releases of an app.
  public Answers.Difference difference(String app, int from, int to) {
    return reports.difference(app, from, to);
  }

  /// What differs between two environments, app by app.
  ///
  /// @param app only this one, named without an environment
  public Answers.EnvironmentDifference environmentDifference(
      String from, String to, Optional<String> app) {
    return reports.environmentDifference(from, to, app);
  }

  /// Writes into the app's history that somebody did something that is no operation.
  ///
  /// @param what in words, such as `run ./manage.py shell`
  public void note(String app, String what, String actor) {
    var told = what.length() <= ACT_CHARS_MAX ? what : what.substring(0, ACT_CHARS_MAX) + " …";
    parts
        .records()
        .commit(app, actor, told, List.of(Records.put(Keys.act(app), new Records.Act(told))));
  }

  /// A command in the live release's own directory, environment and limits, for
  /// [dev.stead.agent.supervisor.Supervisor#run].
  public TaskSpec taskFor(String app, Requests.Run run) {
    var live = reports.requireLive(app);
    var release = planner.requireHere(app, live);
    var web = Optional.ofNullable(release.config().processes().get(AppConfig.WEB));
    return new TaskSpec(
        run.command(),
        parts.instances().directory(release),
        parts.environment().of(release, live.secrets(), live.previous()),
        web.map(ProcessConfig::memoryBytes).orElse(OptionalLong.empty()),
        run.terminal().map(size -> new TaskSpec.Terminal(size.columns(), size.rows())),
        parts.instances().access(release));
  }

  /// Lets go: operations under way stop where they are, for the next agent to finish or undo;
  /// instances run on.
  @Override
  public void close() {
    watches.close();
    operations.close();
    parts.publisher().close();
  }
}
