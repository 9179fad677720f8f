package dev.stead.edge.http;

import org.jspecify.annotations.Nullable;

/// Whether the client's connection can serve another request after this one.
final class Reuse {
  private final Client client;
  private final Inbound inbound;
  private final RequestBody body;
  private boolean continued;
  private boolean refused;

  /// Whether the answer's head said that the connection is kept.
  private boolean promised;

  Reuse(Client client, Inbound inbound, RequestBody body) {
    this.client = client;
    this.inbound = inbound;
    this.body = body;
  }

  /// The client has been told to send its body.
  void continues() {
    continued = true;
  }

  /// Whether the client waits to be told so.
  boolean awaitsContinue() {
    return inbound.expectsContinue() && !continued;
  }

  /// It must not, whatever the client wishes.
  void refuse() {
    refused = true;
  }

  /// @param attempt whose answer the client gets; null when that is another's
  boolean possible(@Nullable Attempt attempt) {
    // A client that was never told to continue may send its body or not: only a close is clear.
    boolean unclear = awaitsContinue() && body.unbegun();
    boolean closeDelimited = attempt != null && attempt.closeDelimited();
    boolean kept =
        inbound.keepAlive() && !refused && !client.stopping() && !closeDelimited && !unclear;
    return kept && (promised || !client.worker().retiring());
  }

  /// What the answer's head is to say about it; from then on the client may rely on that.
  boolean promise(@Nullable Attempt attempt) {
    promised = possible(attempt);
    return promised;
  }
}
