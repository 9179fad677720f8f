package dev.stead.edge;

import dev.stead.edge.control.Service;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;

/// A small app behind the edge, speaking to raw connections as its script says.
final class App implements AutoCloseable {
  private final String id;
  private final Script script;
  private final ServerSocket listener;
  private final List<RawClient.Message> requests = new CopyOnWriteArrayList<>();
  private final Thread acceptor;
  private final List<Thread> threads = new CopyOnWriteArrayList<>();
  private final Set<RawClient> connections = ConcurrentHashMap.newKeySet();
  private final List<Throwable> failures = new CopyOnWriteArrayList<>();

  /// What the app does on one connection; the connection is closed when it returns.
  interface Script {
    void serve(App app, RawClient wire) throws IOException;
  }

  App(String id, Script script) throws IOException {
    this(id, 0, script);
  }

  App(String id, int port, Script script) throws IOException {
    this.id = id;
    this.script = script;
    this.listener = new ServerSocket();
    listener.setReuseAddress(true);
    listener.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 512);
    this.acceptor = Thread.ofVirtual().name("app-" + id).start(this::accept);
  }

  /// Answers every request with its own id, over and over.
  static App echoing(String id) throws IOException {
    return new App(id, App::echo);
  }

  private static void echo(App app, RawClient wire) throws IOException {
    while (true) {
      RawClient.Message request = app.receive(wire);
      wire.send(ok(app.id + " " + request.start() + " " + request.body()));
    }
  }

  static String ok(String body) {
    return "HTTP/1.1 200 OK\r\nContent-Length: " + body.length() + "\r\n\r\n" + body;
  }

  /// Reads one whole request and remembers it.
  RawClient.Message receive(RawClient wire) throws IOException {
    RawClient.Message request = wire.message();
    requests.add(request);
    return request;
  }

  /// Reads the head of a request and remembers it; the body is left for the caller.
  RawClient.Message receiveHead(RawClient wire) throws IOException {
    RawClient.Message head = wire.head();
    requests.add(head);
    return head;
  }

  private void accept() {
    while (!listener.isClosed()) {
      try {
        Socket socket = listener.accept();
        threads.add(
            Thread.ofVirtual().name("app-" + id + "-connection").start(() -> serve(socket)));
      } catch (IOException e) {
        if (!listener.isClosed()) {
          throw new UncheckedIOException(e);
        }
      }
    }
  }

  private void serve(Socket socket) {
    try (var wire = new RawClient(socket)) {
      connections.add(wire);
      script.serve(this, wire);
    } catch (IOException e) {
      // The edge lets go of connections as it likes; what matters is what was answered.
      return;
    } catch (RuntimeException | AssertionError e) {
      failures.add(e);
    }
  }

  Service.Target target() {
    return new Service.Target(id, "127.0.0.1", port());
  }

  int port() {
    return listener.getLocalPort();
  }

  /// The requests that have come, whole unless their heads alone were received.
  List<RawClient.Message> requests() {
    return new ArrayList<>(requests);
  }

  int connectionsMade() {
    return connections.size();
  }

  /// Afterwards its port refuses connections: a call of `accept` that was under way is waited for,
  /// since it would have kept the port open and have dropped whoever came.
  @Override
  public void close() throws IOException {
    listener.close();
    awaitAcceptor();
    for (RawClient wire : connections) {
      wire.close();
    }
    for (Thread thread : threads) {
      thread.interrupt();
    }
    if (!failures.isEmpty()) {
      throw new AssertionError("the app's script failed", failures.getFirst());
    }
  }

  private void awaitAcceptor() throws IOException {
    try {
      acceptor.join();
    } catch (InterruptedException e) {
      throw new IOException("interrupted while the app '" + id + "' was closed", e);
    }
  }
}
