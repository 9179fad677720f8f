package dev.stead.agent.api;

import dev.stead.agent.api.RequestBody.TooLargeException;
import dev.stead.sdk.Code;
import dev.stead.sdk.Problem;
import dev.stead.sdk.ProblemException;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.file.FileSystemOptions;
import io.vertx.core.http.HttpServer;
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
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;

/// The HTTP server on the agent's unix socket. One event loop moves the bytes; every request is
/// served by a virtual thread of its own, which may block.
public final class Api implements AutoCloseable {
  private static final Logger LOG = System.getLogger(Api.class.getName());

  /// Most requests at once, followed streams included.
  static final int REQUESTS_MAX = 256;

  /// Largest piece of a body that the server hands over at once.
  static final int PIECE_BYTES_MAX = 64 << 10;

  private final Path socket;
  private final Runs runs;
  private final Routes routes;
  private final Vertx vertx;
  private final HttpServer server;
  private final Semaphore places = new Semaphore(REQUESTS_MAX);

  private Api(Path socket, Parts parts) {
    this.socket = socket;
    this.runs = new Runs(parts.supervisor(), Runs.UNREAD_MAX);
    this.routes = new Routes(parts, runs);
    this.vertx = Vertx.builder().with(lean()).withTransport(Transport.NIO).build();
    this.server =
        vertx
            .createHttpServer(
                new HttpServerOptions()
                    .setMaxChunkSize(PIECE_BYTES_MAX)
                    .setHandle100ContinueAutomatically(true))
            .requestHandler(this::accept);
  }

  /// Opens the API. Whoever calls holds the store's lock, so a socket found there is a dead agent's
  /// and is replaced; it appears with its mode (see [SocketAccess]) and answering.
  ///
  /// @throws IOException when it cannot listen there
  public static Api listen(Path socket, Parts parts) throws IOException {
    var api = new Api(socket, parts);
    try {
      api.listen();
      return api;
    } catch (IOException e) {
      api.close();
      throw new IOException("cannot listen on %s: %s".formatted(socket, e.getMessage()), e);
    }
  }

  /// Ends every exchange under way, and the runs.
  @Override
  public void close() {
    runs.close();
    try {
      Files.deleteIfExists(socket);
      await(vertx.close());
    } catch (IOException e) {
      throw new UncheckedIOException("closing " + socket, e);
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

  private void listen() throws IOException {
    var opening = socket.resolveSibling(socket.getFileName() + ".new");
    Files.deleteIfExists(opening);
    await(server.listen(SocketAddress.domainSocketAddress(opening.toString())));
    SocketAccess.grant(opening);
    Files.move(opening, socket, StandardCopyOption.ATOMIC_MOVE);
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

  private void accept(HttpServerRequest request) {
    var exchange = new Exchange(request, vertx.getOrCreateContext());
    Thread.ofVirtual()
        .name(exchange.toString())
        .start(
            () -> {
              try {
                serve(exchange);
              } catch (Throwable e) {
                failed(exchange, e);
              }
            });
  }

  private void serve(Exchange exchange) throws IOException, InterruptedException {
    if (!places.tryAcquire()) {
      var why = "%d requests are being served, which is the most at once".formatted(REQUESTS_MAX);
      throw new ProblemException(Problem.of(Code.BUSY, exchange.toString(), why));
    }
    try {
      routes.serve(exchange);
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
