package dev.stead.agent.certs;

import java.io.IOException;
import java.net.HttpURLConnection;
import java.net.URI;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.function.Supplier;

/// Whether a host that no app names is to get a certificate: asked of the app that
/// `certificates-ask` names a path of, `GET PATH?domain=HOST`. Caddy's `on_demand_tls ask` puts the
/// same question.
///
/// @param addresses where it can be asked just now, one for each instance; empty when nobody is
///   there to ask
record Question(Supplier<List<URI>> addresses) {
  private static final Duration TIMEOUT = Duration.ofSeconds(2);

  enum Answer {
    /// 2xx.
    WANTED,
    /// Any other status.
    UNWANTED,
    /// No instance has answered in time: nothing is known.
    SILENT
  }

  /// Whether there is anybody to ask.
  boolean possible() {
    return !addresses.get().isEmpty();
  }

  /// Asks one instance after the other until one answers.
  Answer ask(String host) {
    for (var address : addresses.get()) {
      var answer = ask(address, host);
      if (answer != Answer.SILENT) {
        return answer;
      }
    }
    return Answer.SILENT;
  }

  private static Answer ask(URI address, String host) {
    var query = "?domain=" + URLEncoder.encode(host, StandardCharsets.UTF_8);
    try {
      var url = URI.create(address + query).toURL();
      var connection = (HttpURLConnection) url.openConnection();
      connection.setConnectTimeout((int) TIMEOUT.toMillis());
      connection.setReadTimeout((int) TIMEOUT.toMillis());
      connection.setInstanceFollowRedirects(false);
      connection.setRequestProperty("Connection", "close");
      connection.setRequestProperty("User-Agent", "stead-ask");
      try {
        var status = connection.getResponseCode();
        return status / 100 == 2 ? Answer.WANTED : Answer.UNWANTED;
      } finally {
        connection.disconnect();
      }
    } catch (IOException e) {
      // The next instance may answer, or this one the next time.
      return Answer.SILENT;
    }
  }
}
