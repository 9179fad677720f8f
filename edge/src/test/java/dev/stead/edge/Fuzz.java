package dev.stead.edge;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Collectors;

/// An edge that is sent what no honest client sends, in front of a [StrictApp]. Whatever comes, the
/// edge answers or closes; the requests that the app has seen are those that the edge says it has
/// taken, and each answer is that to its own request; nothing stays in flight, the edge's log says
/// nothing, and the next honest clients are served.
///
/// What a batch sends follows from its number alone, so that a batch found wanting can be sent
/// again.
final class Fuzz implements AutoCloseable {
  private static final int CLIENTS = 16;
  private static final int CONNECTIONS_OF_ONE = 12;

  private final StrictApp app = new StrictApp();
  private final EdgeUnderTest edge;
  private final TakenRequests taken;
  private final ExecutorService clients =
      Executors.newThreadPerTaskExecutor(Thread.ofVirtual().name("fuzz-client-", 0).factory());
  private final int logged;
  private String sentBefore = "";
  private long forwarded;

  Fuzz() throws IOException {
    edge =
        new EdgeUnderTest(
            Tables.ruled(
                Tables.service(List.of(app.target())), RulesDraft.none().accessLog(1).rules()));
    taken = new TakenRequests(edge.home().resolve("edge/access/shop.log"));
    logged = edge.log().length();
  }

  /// Requests that an app has seen.
  long forwarded() {
    return forwarded;
  }

  /// Sends a batch; what is wrong afterwards, in words.
  List<String> batch(long number) throws IOException {
    List<List<FuzzedConnection>> drawn = drawn(number);
    List<String> faults = send(drawn);
    Eventually.eventually(
        "nothing is in flight after batch " + number, () -> edge.inFlight("a") == 0);
    serveHonest(faults);
    compare(number, sent(drawn), faults);
    if (edge.log().length() > logged) {
      faults.add("the edge says " + edge.log().substring(logged));
    }
    return faults.stream().map(fault -> "batch " + number + ": " + fault).toList();
  }

  private static List<List<FuzzedConnection>> drawn(long number) {
    var random = new SplittableRandom(number);
    List<List<FuzzedConnection>> drawn = new ArrayList<>();
    for (int client = 0; client < CLIENTS; client++) {
      List<FuzzedConnection> connections = new ArrayList<>();
      for (int i = 0; i < CONNECTIONS_OF_ONE; i++) {
        connections.add(FuzzedConnection.next(random));
      }
      drawn.add(connections);
    }
    return drawn;
  }

  private List<String> send(List<List<FuzzedConnection>> drawn) {
    List<Callable<List<String>>> sending = new ArrayList<>();
    for (List<FuzzedConnection> connections : drawn) {
      sending.add(() -> oneByOne(connections));
    }
    List<String> faults = new ArrayList<>();
    try {
      for (Future<List<String>> each : clients.invokeAll(sending)) {
        faults.addAll(each.get());
      }
    } catch (ExecutionException | InterruptedException e) {
      throw new IllegalStateException("a batch was not sent", e);
    }
    return faults;
  }

  private List<String> oneByOne(List<FuzzedConnection> connections) throws IOException {
    List<String> faults = new ArrayList<>();
    for (FuzzedConnection connection : connections) {
      faults.addAll(connection.send(edge));
    }
    return faults;
  }

  private void serveHonest(List<String> faults) throws IOException {
    try (RawClient client = edge.connect();
        RawStreams streams = RawStreams.connect(edge)) {
      RawClient.Message answer = client.get("/honest").message();
      String status = streams.get(1, "/honest").answer(1).status();
      if (answer.status() != 200 || !status.equals(":status: 200")) {
        faults.add("honest clients got " + answer + " and " + status);
      }
    }
  }

  private static String sent(List<List<FuzzedConnection>> drawn) {
    return drawn.stream()
        .flatMap(List::stream)
        .map(FuzzedConnection::text)
        .collect(Collectors.joining());
  }

  private void compare(long number, String sent, List<String> faults) {
    List<StrictApp.Request> seen = app.takeRequests();
    forwarded += seen.size();
    Eventually.eventually(
        "the edge says that it has taken what the app has seen of batch " + number + ": " + seen,
        () -> taken.have(seen.stream().map(StrictApp.Request::id).toList()));
    for (StrictApp.Request request : seen) {
      compare(request, sent, faults);
    }
    faults.addAll(app.takeFaults());
    sentBefore = sent;
  }

  private void compare(StrictApp.Request request, String sent, List<String> faults) {
    TakenRequests.Taken line = taken.take(request.id());
    if (line == null) {
      faults.add("the app has seen twice " + request);
    } else if (!line.is(request)) {
      faults.add(request + " was taken as " + line);
    } else if (line.plain() && !came(request, sent)) {
      faults.add("nobody has sent " + request);
    }
  }

  /// Whether a client of HTTP/1.1 has sent its target and body as the app has seen them, with this
  /// batch or, when the app was late, with the one before. The first character of the target is the
  /// edge's where an absolute one had no path.
  private boolean came(StrictApp.Request request, String sent) {
    String all = sentBefore + sent + "/honest";
    return all.contains(request.target().substring(1))
        && (request.chunked() || all.contains(request.body()));
  }

  @Override
  public void close() throws IOException {
    edge.close();
    app.close();
    clients.shutdownNow();
  }
}
