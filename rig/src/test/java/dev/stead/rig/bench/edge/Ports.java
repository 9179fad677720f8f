package dev.stead.rig.bench.edge;

import dev.stead.rig.host.Stead;
import java.net.URI;

/// Where a proxy listens.
record Ports(int http, int https) {
  static Ports free() {
    return new Ports(Stead.freePort(), Stead.freePort());
  }

  /// By a name, so that clients say it with TLS.
  URI url(Speech speech, Payload payload) {
    return URI.create(
        switch (speech) {
          case PLAIN -> "http://localhost:" + http + payload.path();
          case TLS, HTTP_2 -> "https://localhost:" + https + payload.path();
        });
  }
}
