package dev.stead.agent.api;

import dev.stead.agent.api.Door.Audience;
import dev.stead.agent.keyspace.Keyspace;
import dev.stead.sdk.StoreAnswers;
import io.vertx.core.Context;
import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.BiConsumer;
import java.util.function.Supplier;

/// Puts of the store's keys that the event loop serves itself, since all that they wait for is the
/// disk: the store tells when a put is there, and one turn of the loop writes all answers that are
/// due by then. With 256 writers at once their threads would take 50 MiB, and take turns on the
/// processor that are saved here.
///
/// What may have to wait for anything else goes the ordinary way: the first request of a
/// connection, whose caller is looked for; a large value; a client that does not read its answers;
/// and all requests when there is no place for them.
final class DirectPuts {
  private static final Logger LOG = System.getLogger(DirectPuts.class.getName());

  /// Largest value: all of it is kept in memory while it arrives.
  static final int VALUE_BYTES_MAX = 64 << 10;

  private static final String KEYS = "/v1/store/keys/";

  private final Keyspace keyspace;
  private final Routes routes;
  private final Semaphore places;
  private final Context eventLoop;
  private final BiConsumer<Exchange, Throwable> failed;
  private final Queue<Ended> ended = new ConcurrentLinkedQueue<>();
  private final AtomicBoolean turnIsDue = new AtomicBoolean();

  private record Ended(Exchange exchange, Supplier<StoreAnswers.Committed> outcome) {}

  /// @param places one for each request under way, also of the ordinary way
  /// @param failed refuses a request
  DirectPuts(
      Keyspace keyspace,
      Routes routes,
      Semaphore places,
      Context eventLoop,
      BiConsumer<Exchange, Throwable> failed) {
    this.keyspace = keyspace;
    this.routes = routes;
    this.places = places;
    this.eventLoop = eventLoop;
    this.failed = failed;
  }

  /// Serves a request, or leaves it to the ordinary way: then nothing was done. Called on the event
  /// loop.
  boolean takes(Exchange exchange) {
    if (!needsNoThread(exchange) || !places.tryAcquire()) {
      return false;
    }
    exchange.whenArrived(
        () -> {
          try {
            begin(exchange);
          } catch (Throwable e) {
            end(exchange, e);
          }
        });
    return true;
  }

  private boolean needsNoThread(Exchange exchange) {
    return exchange.method().equals("PUT")
        && exchange.path().startsWith(KEYS)
        && exchange.audience() == Audience.OPERATORS
        && exchange.caller().isLookedUp()
        && exchange.bodyBytes() <= VALUE_BYTES_MAX
        && !exchange.isBehind()
        && routes.isOpen();
  }

  private void begin(Exchange exchange) throws IOException {
    exchange.named(Map.of("key", Escapes.decoded(exchange.path().substring(KEYS.length()))));
    keyspace.beginPut(
        StoreRoutes.target(exchange),
        StoreRoutes.value(exchange),
        routes.actor(exchange),
        outcome -> tell(new Ended(exchange, outcome)));
  }

  /// On a thread of the store's.
  private void tell(Ended put) {
    ended.add(put);
    if (!turnIsDue.compareAndSet(false, true)) {
      return;
    }
    try {
      eventLoop.runOnContext(_ -> answerAll());
    } catch (RejectedExecutionException e) {
      LOG.log(Level.DEBUG, "the API was closed before its last puts were answered", e);
    }
  }

  private void answerAll() {
    turnIsDue.set(false);
    for (var put = ended.poll(); put != null; put = ended.poll()) {
      try {
        StoreRoutes.answer(put.exchange(), put.outcome().get());
        places.release();
      } catch (Throwable e) {
        end(put.exchange(), e);
      }
    }
  }

  private void end(Exchange exchange, Throwable failure) {
    places.release();
    failed.accept(exchange, failure);
  }
}
