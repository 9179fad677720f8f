package dev.stead.agent.api;

import dev.stead.agent.api.Door.Audience;
import dev.stead.agent.api.RequestBody.TooLargeException;
import dev.stead.sdk.Code;
import dev.stead.sdk.Problem;
import dev.stead.sdk.ProblemException;
import dev.stead.store.CompactedException;
import io.vertx.core.Future;
import io.vertx.core.Handler;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.file.FileSystemOptions;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.net.SocketAddress;
import io.vertx.core.transport.Transport;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.io.UncheckedIOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFileAttributeView;
import java.nio.file.attribute.PosixFilePermissions;
import java.nio.file.attribute.UserPrincipalNotFoundException;
import java.util.List;
import java.util.OptionalInt;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;

/// The HTTP server on the agent's unix sockets. One event loop moves the bytes; every request is
/// served by a virtual thread of its own, which may block, but for most puts (see [DirectPuts]).
public final class Api implements AutoCloseable {
  private static final Logger LOG = System.getLogger(Api.class.getName());

  /// Most requests at once, followed streams included.
  static final int REQUESTS_MAX = 256;

  /// A client that was answered may ask again before its former request has left its place.
  private static final int PLACE_WAIT_MILLIS = 100;

  /// Most requests of crush's API at once.
  static final int CRUSH_REQUESTS_MAX = 8;

  /// Largest piece of a body that the server hands over at once.
  static final int PIECE_BYTES_MAX = 64 << 10;

  /// Most requests of metrics at once.
  static final int METRICS_REQUESTS_MAX = 4;

  private static final String LOOPBACK = "127.0.0.1";
  private static final int STRANGER_IDLE_SECONDS = 60;

  private final List<Door> doors;
  private final Runs runs;
  private final Routes routes;
  private final CrushRoutes crush;
  private final DirectPuts puts;
  private final Vertx vertx;
  private final Semaphore places = new Semaphore(REQUESTS_MAX);

  /// Of its own: whoever asks there is a stranger, and must keep no operator out.
  private final Semaphore crushPlaces = new Semaphore(CRUSH_REQUESTS_MAX);

  private final Semaphore metricsPlaces = new Semaphore(METRICS_REQUESTS_MAX);

  /// What is served to this machine beside the sockets, on 127.0.0.1; empty for nowhere.
  ///
  /// @param crush where crush's API is
  /// @param metrics where `/metrics` is
  public record Ports(OptionalInt crush, OptionalInt metrics) {}

  private Api(List<Door> doors, Parts parts) {
    this.doors = List.copyOf(doors);
    this.runs = new Runs(parts.supervisor(), Runs.UNREAD_MAX);
    this.routes = new Routes(parts, runs, () -> REQUESTS_MAX - places.availablePermits());
    this.crush = new CrushRoutes(parts.crush());
    this.vertx = Vertx.builder().with(lean()).withTransport(Transport.NIO).build();
    this.puts =
        new DirectPuts(parts.keyspace(), routes, places, vertx.getOrCreateContext(), Api::failed);
  }

  /// Opens the API. Whoever calls holds the store's lock, so a socket found there is a dead agent's
  /// and is replaced; it appears with its mode and answering.
  ///
  /// @throws IOException when it cannot listen there
  public static Api listen(List<Door> doors, Ports ports, Parts parts) throws IOException {
    var api = new Api(doors, parts);
    try {
      for (var door : doors) {
        api.listen(door);
      }
      if (ports.crush().isPresent()) {
        api.listen(ports.crush().getAsInt(), "crush", api::acceptCrush);
      }
      if (ports.metrics().isPresent()) {
        api.listen(ports.metrics().getAsInt(), "metrics", api::acceptMetrics);
      }
      return api;
    } catch (IOException e) {
      api.close();
      throw e;
    }
  }

  /// Ends every exchange under way, and the runs.
  @Override
  public void close() {
    runs.close();
    try {
      for (var door : doors) {
        Files.deleteIfExists(door.socket());
      }
      await(vertx.close());
    } catch (IOException e) {
      throw new UncheckedIOException("closing " + doors, e);
    }
  }

  private static VertxOptions lean() {
    return new VertxOptions()
        .setEventLoopPoolSize(1)
        .setWorkerPoolSize(1)
        .setInternalBlockingPoolSize(1)
        .setBlockedThreadCheckInterval(TimeUnit.HOURS.toMillis(1))
        .setFileSystemOptions(
            new FileSystemOptions()
                .setClassPathResolvingEnabled(false)
                .setFileCachingEnabled(false));
  }

  private void listen(Door door) throws IOException {
    var socket = door.socket();
    var opening = socket.resolveSibling(socket.getFileName() + ".new");
    try {
      Files.deleteIfExists(opening);
      var server =
          vertx
              .createHttpServer(plain().setHandle100ContinueAutomatically(true))
              .requestHandler(request -> accept(request, door));
      await(server.listen(SocketAddress.domainSocketAddress(opening.toString())));
      Files.setPosixFilePermissions(opening, PosixFilePermissions.fromString("rw-------"));
      if (door.group().isPresent()) {
        open(opening, door.group().orElseThrow());
      }
      Files.move(opening, socket, StandardCopyOption.ATOMIC_MOVE);
    } catch (IOException e) {
      throw new IOException("cannot listen on %s: %s".formatted(socket, e.getMessage()), e);
    }
  }

  /// HTTP/1.1 and nothing else: what looks for upgrades would be in the way of each request.
  private static HttpServerOptions plain() {
    return new HttpServerOptions()
        .setMaxChunkSize(PIECE_BYTES_MAX)
        .setHttp2ClearTextEnabled(false)
        .setPerMessageWebSocketCompressionSupported(false)
        .setPerFrameWebSocketCompressionSupported(false);
  }

  private void listen(int port, String what, Handler<HttpServerRequest> handler)
      throws IOException {
    var options =
        plain().setIdleTimeout(STRANGER_IDLE_SECONDS).setIdleTimeoutUnit(TimeUnit.SECONDS);
    var server = vertx.createHttpServer(options).requestHandler(handler);
    try {
      await(server.listen(SocketAddress.inetSocketAddress(port, LOOPBACK)));
    } catch (IOException e) {
      throw new IOException(
          "cannot listen on %s:%d for %s: %s".formatted(LOOPBACK, port, what, e.getMessage()), e);
    }
  }

  private static void open(Path socket, String group) throws IOException {
    var principals = socket.getFileSystem().getUserPrincipalLookupService();
    try {
      Files.getFileAttributeView(socket, PosixFileAttributeView.class)
          .setGroup(principals.lookupPrincipalByGroupName(group));
      Files.setPosixFilePermissions(socket, PosixFilePermissions.fromString("rw-rw----"));
    } catch (UserPrincipalNotFoundException e) {
      LOG.log(Level.WARNING, "there is no group {0}: only this user may open {1}", group, socket);
    }
  }

  private static void await(Future<?> done) throws IOException {
    try {
      done.toCompletionStage().toCompletableFuture().get();
    } catch (ExecutionException e) {
      throw new IOException(String.valueOf(e.getCause()), e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new InterruptedIOException();
    }
  }

  private void accept(HttpServerRequest request, Door door) {
    var exchange = new Exchange(request, door.audience(), vertx.getOrCreateContext());
    if (puts.takes(exchange)) {
      return;
    }
    Thread.ofVirtual()
        .name(exchange.toString())
        .start(
            () -> {
              try {
                serve(exchange, routes::serve, places, REQUESTS_MAX);
              } catch (Throwable e) {
                failed(exchange, e);
              }
            });
  }

  private void acceptCrush(HttpServerRequest request) {
    var exchange = new Exchange(request, Audience.ANYBODY, vertx.getOrCreateContext());
    Thread.ofVirtual()
        .name("crush " + exchange)
        .start(
            () -> {
              try {
                serve(exchange, crush::serve, crushPlaces, CRUSH_REQUESTS_MAX);
              } catch (Throwable e) {
                CrushRoutes.failed(exchange, e);
              }
            });
  }

  private void acceptMetrics(HttpServerRequest request) {
    var exchange = new Exchange(request, Audience.ANYBODY, vertx.getOrCreateContext());
    Thread.ofVirtual()
        .name("metrics " + exchange)
        .start(
            () -> {
              try {
                serve(exchange, routes::metrics, metricsPlaces, METRICS_REQUESTS_MAX);
              } catch (Throwable e) {
                failed(exchange, e);
              }
            });
  }

  private static void serve(
      Exchange exchange, Route.Endpoint endpoint, Semaphore places, int placesMax)
      throws IOException, InterruptedException {
    if (!places.tryAcquire(PLACE_WAIT_MILLIS, TimeUnit.MILLISECONDS)) {
      var why = "%d requests are being served, which is the most at once".formatted(placesMax);
      throw new ProblemException(Problem.of(Code.BUSY, exchange.toString(), why));
    }
    try {
      endpoint.serve(exchange);
    } finally {
      places.release();
    }
  }

  private static void failed(Exchange exchange, Throwable failure) {
    if (exchange.clientLeft()) {
      LOG.log(Level.DEBUG, () -> exchange + ": the client left", failure);
      return;
    }
    var what = exchange.toString();
    var why = String.valueOf(failure.getMessage());
    var problem =
        switch (failure) {
          case ProblemException refused -> refused.problem();
          case TooLargeException _ -> Problem.of(Code.TOO_LARGE, what, why);
          case CompactedException _ -> Problem.of(Code.COMPACTED, what, why);
          case IllegalArgumentException _ -> Problem.of(Code.BAD_REQUEST, what, why);
          default -> {
            LOG.log(Level.ERROR, what + " failed", failure);
            yield Problem.of(Code.INTERNAL, what, failure.toString());
          }
        };
    try {
      exchange.refuse(problem);
    } catch (IOException e) {
      LOG.log(Level.DEBUG, () -> what + ": the client left before it was refused", e);
    }
  }
}
