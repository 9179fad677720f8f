package dev.stead.agent.api;

import dev.stead.agent.api.Door.Audience;
import dev.stead.agent.bundle.Bundles;
import dev.stead.agent.certs.Certs;
import dev.stead.agent.deploy.Apps;
import dev.stead.agent.deploy.Tokens;
import dev.stead.agent.observe.LogLine;
import dev.stead.agent.observe.LogQuery;
import dev.stead.agent.traffic.PrometheusText;
import dev.stead.sdk.Answers;
import dev.stead.sdk.Code;
import dev.stead.sdk.Problem;
import dev.stead.sdk.ProblemException;
import dev.stead.sdk.Requests;
import dev.stead.sdk.Traffic;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.function.IntSupplier;
import java.util.stream.Collectors;

/// The routing table of the API: everything that can be asked of an agent, one line each.
final class Routes {
  /// What is looked at where nobody says how much.
  private static final Duration TRAFFIC_SINCE = Duration.ofMinutes(5);

  private static final String UNDER_WAY = "stead_api_requests";

  private final Parts parts;
  private final Apps apps;
  private final Certs certs;
  private final Bundles bundles;
  private final Runs runs;
  private final IntSupplier underWay;
  private final SshLogins logins = new SshLogins(Path.of("/proc"));
  private final List<Route> table;
  private final Map<Start, List<Route>> byStart;

  /// What few lines of the table have in common, so that a request is compared with those alone.
  ///
  /// @param noun what stands behind `/v1/`
  private record Start(String method, String noun) {
    private static final int NOUN = 2;

    static Start of(String method, List<String> path) {
      return new Start(method, path.size() > NOUN ? path.get(NOUN) : "");
    }
  }

  /// @param underWay how many requests there are now
  Routes(Parts parts, Runs runs, IntSupplier underWay) {
    this.parts = parts;
    this.apps = parts.apps();
    this.certs = parts.certs();
    this.bundles = parts.bundles();
    this.runs = runs;
    this.underWay = underWay;
    this.table = new ArrayList<>(ofServer());
    table.addAll(ofApp());
    table.addAll(new StoreRoutes(parts.keyspace(), parts.storeCopy(), this::actor).table());
    this.byStart =
        table.stream()
            .collect(Collectors.groupingBy(route -> Start.of(route.method(), route.segments())));
  }

  private List<Route> ofServer() {
    return List.of(
        get("/v1/status", this::status).forDeployers(),
        route("GET", "/v1/alive", Exchange::done),
        get("/v1/doctor", _ -> parts.doctor().get()),
        get("/v1/traffic", e -> traffic(e, Optional.empty())),
        route("GET", "/v1/metrics", this::answerMetrics),
        route("POST", "/v1/shutdown", this::shutdown),
        get("/v1/bundles/{id}", this::missing).forDeployers(),
        route("PUT", "/v1/bundles/{id}", this::announce).forDeployers(),
        route("POST", "/v1/chunks", this::store).forDeployers(),
        get("/v1/environments", _ -> apps.environments()),
        route("POST", "/v1/environments", this::fork),
        get("/v1/environments/{environment}/diff", this::environmentDifference),
        route("DELETE", "/v1/environments/{environment}", this::removeEnvironment),
        get("/v1/certs", _ -> certs.list()),
        route("POST", "/v1/certs", this::importCert),
        route("POST", "/v1/certs/order", this::orderCert),
        route("POST", "/v1/certs/renew", this::renewCert),
        get("/v1/volumes", _ -> apps.volumes()),
        route("GET", "/v1/runs/{run}/output", e -> runs.output(e.name("run"), e)),
        route("POST", "/v1/runs/{run}/input", this::runInput),
        route("POST", "/v1/runs/{run}/size", this::runSize));
  }

  private List<Route> ofApp() {
    return List.of(
        get("/v1/apps/{app}", e -> apps.status(e.app())).forDeployers(),
        route("DELETE", "/v1/apps/{app}", this::removeApp),
        get("/v1/apps/{app}/releases", e -> apps.releases(e.app())),
        get("/v1/apps/{app}/certs", e -> certs.list(apps.certifiedHosts(e.app()))).forDeployers(),
        get("/v1/apps/{app}/env", e -> apps.env(e.app())),
        get("/v1/apps/{app}/secrets", e -> apps.secrets(e.app())),
        get("/v1/apps/{app}/traffic", e -> traffic(e, Optional.of(known(e)))),
        get("/v1/apps/{app}/history", this::history),
        get("/v1/apps/{app}/diff", this::releaseDifference),
        get("/v1/apps/{app}/rollback", this::difference),
        route("GET", "/v1/apps/{app}/logs", this::logs),
        begin("/v1/apps/{app}/deploy", Requests.Deploy.class, apps::deploy).forDeployers(),
        begin("/v1/apps/{app}/rollback", Requests.Rollback.class, apps::rollback),
        begin("/v1/apps/{app}/promote", Requests.Promote.class, apps::promote),
        begin("/v1/apps/{app}/scale", Requests.Scale.class, apps::scale),
        begin("/v1/apps/{app}/restart", Requests.Plain.class, apps::restart),
        begin("/v1/apps/{app}/stop", Requests.Plain.class, apps::stop),
        begin("/v1/apps/{app}/start", Requests.Plain.class, apps::start),
        begin("/v1/apps/{app}/canary", Requests.Canary.class, apps::canary).forDeployers(),
        begin("/v1/apps/{app}/canary/promote", Requests.Plain.class, apps::promoteCanary)
            .forDeployers(),
        begin("/v1/apps/{app}/canary/abort", Requests.Plain.class, apps::abortCanary)
            .forDeployers(),
        begin("/v1/apps/{app}/pause", Requests.Plain.class, apps::pause),
        begin("/v1/apps/{app}/resume", Requests.Plain.class, apps::resume),
        begin("/v1/apps/{app}/maintenance", Requests.Maintenance.class, apps::maintenance),
        begin("/v1/apps/{app}/env", Requests.Variables.class, apps::changeEnv),
        begin("/v1/apps/{app}/secrets", Requests.Variables.class, apps::changeSecrets),
        route("GET", "/v1/apps/{app}/operations/{operation}/events", this::events).forDeployers(),
        route("DELETE", "/v1/apps/{app}/operations/{operation}", this::cancel).forDeployers(),
        get("/v1/apps/{app}/tokens", e -> apps.tokens(e.app())),
        route("POST", "/v1/apps/{app}/tokens", this::createToken),
        route("DELETE", "/v1/apps/{app}/tokens/{token}", this::revokeToken),
        route("POST", "/v1/apps/{app}/volumes/{volume}/backup", this::backUpVolume),
        route("GET", "/v1/apps/{app}/volumes/{volume}/backup", this::sendVolume),
        route("PUT", "/v1/apps/{app}/volumes/{volume}/incoming", this::receiveVolume),
        route("POST", "/v1/apps/{app}/volumes/{volume}/restore", this::restoreVolume),
        route("POST", "/v1/apps/{app}/runs", this::run));
  }

  /// Finds the line that a request is meant for, and serves it.
  void serve(Exchange exchange) throws IOException, InterruptedException {
    if (!isOpen()) {
      throw new ProblemException(
          Problem.of(Code.AGENT_DOWN, exchange.toString(), "Stead is being shut down here"));
    }
    var path = Route.split(exchange.path());
    for (var route : byStart.getOrDefault(Start.of(exchange.method(), path), List.of())) {
      var names = route.match(path);
      if (names.isPresent()) {
        exchange.named(names.orElseThrow());
        requireScope(exchange, route, names.orElseThrow());
        route.endpoint().serve(exchange);
        return;
      }
    }
    throw unknown(exchange, path);
  }

  /// Whether requests are served: not once Stead is being shut down here.
  boolean isOpen() {
    return !parts.shutdown().begun();
  }

  private ProblemException unknown(Exchange exchange, List<String> path) {
    var methods =
        table.stream()
            .filter(route -> route.match(path).isPresent())
            .map(Route::method)
            .distinct()
            .sorted()
            .toList();
    var why =
        methods.isEmpty()
            ? "there is no such path"
            : "this path answers %s only".formatted(String.join(", ", methods));
    return new ProblemException(Problem.of(Code.NOT_FOUND, exchange.toString(), why));
  }

  /// A token may deploy its own app and nothing else.
  private void requireScope(Exchange exchange, Route route, Map<String, String> names) {
    if (exchange.audience() == Audience.OPERATORS) {
      return;
    }
    var app = token(exchange).app();
    if (route.audience() == Audience.OPERATORS || !names.getOrDefault("app", app).equals(app)) {
      throw new ProblemException(
          Problem.of(
              Code.TOKEN_SCOPE,
              exchange.toString(),
              "this token may deploy %s only".formatted(app)));
    }
  }

  private Tokens.Owner token(Exchange exchange) {
    var user = exchange.caller().user();
    return apps.tokens()
        .owner(user)
        .orElseThrow(
            () ->
                new ProblemException(
                    Problem.of(
                        Code.TOKEN_SCOPE, exchange.toString(), user + " has no deploy token")));
  }

  private Answers.Status status(Exchange exchange) {
    var all = parts.status().get();
    if (exchange.audience() == Audience.OPERATORS) {
      return all;
    }
    var app = token(exchange).app();
    var own = all.apps().stream().filter(status -> status.app().equals(app)).toList();
    return new Answers.Status(
        all.version(), all.startedAt(), all.edge(), all.disk(), own, List.of());
  }

  private Traffic traffic(Exchange exchange, Optional<String> app) throws IOException {
    return parts.traffic().since(exchange.query().duration("since").orElse(TRAFFIC_SINCE), app);
  }

  /// The app that is asked about, unless it was never here.
  private String known(Exchange exchange) {
    return apps.status(exchange.app()).app();
  }

  /// Serves a request of the metrics' own port.
  void metrics(Exchange exchange) throws IOException {
    if (!exchange.toString().equals("GET /metrics")) {
      throw new ProblemException(
          Problem.of(Code.NOT_FOUND, exchange.toString(), "there is nothing but GET /metrics"));
    }
    answerMetrics(exchange);
  }

  private void answerMetrics(Exchange exchange) throws IOException {
    var text = parts.metrics().get();
    text.family(UNDER_WAY, "gauge", "The requests under way at the agent's API.");
    text.sample(UNDER_WAY, PrometheusText.Labels.NONE, underWay.getAsInt());
    exchange.answer(PrometheusText.CONTENT_TYPE, text.toString().getBytes(StandardCharsets.UTF_8));
  }

  private void createToken(Exchange exchange) throws IOException {
    var request = exchange.json(Requests.NewToken.class);
    exchange.answer(apps.createToken(exchange.app(), request, actor(exchange)));
  }

  private void revokeToken(Exchange exchange) throws IOException {
    apps.revokeToken(exchange.app(), exchange.name("token"), actor(exchange));
    exchange.done();
  }

  private void fork(Exchange exchange) throws IOException {
    exchange.answer(apps.fork(exchange.json(Requests.Fork.class), actor(exchange)));
  }

  private Answers.EnvironmentDifference environmentDifference(Exchange exchange) {
    var query = exchange.query();
    var to =
        query.text("to").orElseThrow(() -> new IllegalArgumentException("parameter to is missing"));
    return apps.environmentDifference(exchange.name("environment"), to, query.text("app"));
  }

  private void removeEnvironment(Exchange exchange) throws IOException {
    apps.removeEnvironment(exchange.name("environment"), actor(exchange));
    exchange.done();
  }

  private void removeApp(Exchange exchange) throws IOException {
    if (exchange.query().flag("volumes")) {
      apps.removeWithVolumes(exchange.app(), actor(exchange));
    } else {
      apps.remove(exchange.app(), actor(exchange));
    }
    exchange.done();
  }

  private void importCert(Exchange exchange) throws IOException, InterruptedException {
    var request = exchange.json(Requests.OwnCertificate.class);
    exchange.answer(certs.take(request, actor(exchange)));
  }

  private void orderCert(Exchange exchange) throws IOException, InterruptedException {
    exchange.answer(certs.order(exchange.json(Requests.CertHost.class).host()));
  }

  private void renewCert(Exchange exchange) throws IOException, InterruptedException {
    exchange.answer(certs.renew(exchange.json(Requests.CertHost.class).host()));
  }

  /// A question whose answer is a record.
  private interface Question {
    Object ask(Exchange exchange) throws IOException;
  }

  /// A request that begins an operation.
  private interface Beginning<T> {
    Answers.Started begin(String app, T request, String actor);
  }

  private static Route route(String method, String path, Route.Endpoint endpoint) {
    return Route.of(method, path, endpoint);
  }

  private static Route get(String path, Question question) {
    return route("GET", path, e -> e.answer(question.ask(e)));
  }

  private <T> Route begin(String path, Class<T> type, Beginning<T> beginning) {
    return route("POST", path, e -> e.accepted(beginning.begin(e.app(), e.json(type), actor(e))));
  }

  /// Who asks, as the history shows it.
  String actor(Exchange exchange) {
    var token = apps.tokens().owner(exchange.caller().user());
    return exchange.caller().text(token.map(owner -> "token " + owner.name()), logins);
  }

  private void shutdown(Exchange exchange) throws IOException, InterruptedException {
    try {
      parts.shutdown().stopAll();
      exchange.done();
    } finally {
      parts.shutdown().done();
    }
  }

  private Answers.Missing missing(Exchange exchange) {
    var id = exchange.name("id");
    return bundles
        .missing(id)
        .orElseThrow(
            () ->
                new ProblemException(
                    Problem.of(
                        Code.NO_BUNDLE, "asking for bundle " + id, "it was never announced")));
  }

  private void announce(Exchange exchange) throws IOException {
    exchange.answer(bundles.announce(exchange.name("id"), exchange.body()));
  }

  private void store(Exchange exchange) throws IOException {
    exchange.answer(new Answers.Stored(bundles.store(exchange.body())));
  }

  private Answers.Difference difference(Exchange exchange) {
    var query = exchange.query();
    return apps.rollbackDifference(exchange.app(), query.number("release"), query.instant("at"));
  }

  private Answers.Difference releaseDifference(Exchange exchange) {
    return apps.difference(exchange.app(), release(exchange, "from"), release(exchange, "to"));
  }

  private static int release(Exchange exchange, String parameter) {
    return exchange
        .query()
        .number(parameter)
        .orElseThrow(
            () -> new IllegalArgumentException("parameter %s is missing".formatted(parameter)));
  }

  private Answers.History history(Exchange exchange) {
    var age = exchange.query().duration("since");
    var since = age.map(parts.clock().instant()::minus).orElse(Instant.MIN);
    return apps.history(exchange.app(), since);
  }

  private void events(Exchange exchange) throws IOException, InterruptedException {
    var operation = exchange.name("operation");
    var from = exchange.query().number("from").orElse(0);
    var lines = new Lines(exchange);
    apps.events(exchange.app(), operation, from, lines::write);
    lines.end();
  }

  private void logs(Exchange exchange) throws IOException, InterruptedException {
    apps.status(exchange.app()); // refuses an app that was never here
    var lines = new Lines(exchange);
    var query = logQuery(exchange.app(), exchange.query());
    var logs = parts.logs();
    try (var cursor = exchange.query().flag("follow") ? logs.follow(query) : logs.query(query)) {
      for (var line = cursor.next(); line.isPresent(); line = cursor.next()) {
        lines.write(answer(line.orElseThrow()));
      }
    }
    lines.end();
  }

  private LogQuery logQuery(String app, Query query) {
    return new LogQuery(
        app,
        query.duration("since").map(age -> parts.clock().instant().minus(age)),
        query.number("release").map(OptionalInt::of).orElseGet(OptionalInt::empty),
        query.text("process"),
        Optional.empty(),
        query.pattern("grep"),
        query.number("lines").map(OptionalInt::of).orElseGet(OptionalInt::empty));
  }

  private static Answers.LogLine answer(LogLine line) {
    var tags = line.tags();
    return new Answers.LogLine(
        line.at(), tags.release(), tags.instance(), tags.process(), line.text());
  }

  private void cancel(Exchange exchange) throws IOException {
    apps.cancel(exchange.app(), exchange.name("operation"));
    exchange.done();
  }

  private void backUpVolume(Exchange exchange) throws IOException {
    var request = exchange.json(Requests.Plain.class);
    exchange.accepted(
        apps.backUpVolume(exchange.app(), exchange.name("volume"), request, actor(exchange)));
  }

  private void sendVolume(Exchange exchange) throws IOException {
    apps.sendVolume(
        exchange.app(), exchange.name("volume"), () -> exchange.stream("application/gzip"));
  }

  private void receiveVolume(Exchange exchange) throws IOException {
    apps.receiveVolume(exchange.app(), exchange.name("volume"), exchange.body());
    exchange.done();
  }

  private void restoreVolume(Exchange exchange) throws IOException {
    var request = exchange.json(Requests.Plain.class);
    exchange.accepted(
        apps.restoreVolume(exchange.app(), exchange.name("volume"), request, actor(exchange)));
  }

  private void run(Exchange exchange) throws IOException {
    var request = exchange.json(Requests.Run.class);
    if (request.command().isEmpty()) {
      throw new IllegalArgumentException("the command is empty");
    }
    var task = apps.taskFor(exchange.app(), request);
    apps.note(exchange.app(), "run " + String.join(" ", request.command()), actor(exchange));
    exchange.answer(runs.start(task));
  }

  private void runInput(Exchange exchange) throws IOException {
    runs.input(exchange.name("run"), exchange.body());
    exchange.done();
  }

  private void runSize(Exchange exchange) throws IOException {
    runs.resize(exchange.name("run"), exchange.json(Requests.TerminalSize.class));
    exchange.done();
  }
}
