package dev.stead.agent.deploy;

import dev.stead.edge.probe.H2cProbe;
import dev.stead.sdk.HttpConfig;
import java.io.IOException;
import java.io.InputStream;
import java.net.HttpURLConnection;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;

/// Asks an instance once whether it is ready, or alive, from the outside, as a user would.
final class Probe {
  static final Duration TIMEOUT = Duration.ofSeconds(5);

  /// So much of a bad answer's body is shown.
  private static final int BODY_BYTES_MAX = 200;

  private final String question;
  private final boolean h2c;

  /// Whether it is ready.
  Probe(HttpConfig http) {
    this(http.health(), http);
  }

  private Probe(String question, HttpConfig http) {
    this.question = question;
    this.h2c = http.protocol() == HttpConfig.Protocol.H2C;
  }

  /// Whether it is alive.
  static Probe of(HttpConfig.Liveness liveness, HttpConfig http) {
    return new Probe(liveness.probe(), http);
  }

  /// What came of it.
  sealed interface Answer {
    record Ready() implements Answer {}

    /// Nobody listens on the port.
    record Closed() implements Answer {}

    /// Somebody listens, but it is not well.
    ///
    /// @param text for people: `GET /up answered 500: not connected`
    record Bad(String text) implements Answer {}
  }

  Answer ask(int port) {
    return switch (question) {
      case HttpConfig.HEALTH_NONE -> new Answer.Ready();
      case HttpConfig.HEALTH_TCP -> connect(port);
      default -> h2c ? askOverH2c(port) : get(port);
    };
  }

  private Answer askOverH2c(int port) {
    if (connect(port) instanceof Answer.Closed closed) {
      return closed;
    }
    var address = new InetSocketAddress(InetAddress.ofLiteral("127.0.0.1"), port);
    try {
      return switch (new H2cProbe(question, "127.0.0.1:" + port).ask(address, TIMEOUT)) {
        case H2cProbe.Answer.Well _ -> new Answer.Ready();
        case H2cProbe.Answer.Unwell(var why) -> new Answer.Bad(why);
      };
    } catch (IOException e) {
      return new Answer.Bad("it cannot be asked: " + e.getMessage());
    }
  }

  private static Answer connect(int port) {
    try (var socket = new Socket()) {
      socket.connect(
          new InetSocketAddress(InetAddress.ofLiteral("127.0.0.1"), port),
          (int) TIMEOUT.toMillis());
      return new Answer.Ready();
    } catch (IOException e) {
      return new Answer.Closed();
    }
  }

  private Answer get(int port) {
    if (connect(port) instanceof Answer.Closed closed) {
      return closed;
    }
    var asked = "GET " + question;
    try {
      var url = URI.create("http://127.0.0.1:" + port + question).toURL();
      var connection = (HttpURLConnection) url.openConnection();
      connection.setConnectTimeout((int) TIMEOUT.toMillis());
      connection.setReadTimeout((int) TIMEOUT.toMillis());
      connection.setInstanceFollowRedirects(false);
      connection.setRequestProperty("Connection", "close");
      connection.setRequestProperty("User-Agent", "stead-probe");
      try {
        var status = connection.getResponseCode();
        return status / 100 == 2
            ? new Answer.Ready()
            : new Answer.Bad("%s answered %d%s".formatted(asked, status, body(connection)));
      } finally {
        connection.disconnect();
      }
    } catch (SocketTimeoutException e) {
      return new Answer.Bad(asked + " was not answered within " + Elapsed.text(TIMEOUT));
    } catch (IOException e) {
      return new Answer.Bad(asked + " failed: " + e.getMessage());
    }
  }

  private static String body(HttpURLConnection connection) throws IOException {
    InputStream stream = connection.getErrorStream();
    if (stream == null) {
      return "";
    }
    try (stream) {
      var text = new String(stream.readNBytes(BODY_BYTES_MAX), StandardCharsets.UTF_8);
      var line = text.replaceAll("\\s+", " ").strip();
      return line.isEmpty() ? "" : ": " + line;
    }
  }
}
