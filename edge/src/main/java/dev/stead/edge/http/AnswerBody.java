package dev.stead.edge.http;

import dev.stead.edge.routing.LiveService;
import io.netty.handler.codec.http.HttpContent;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.LastHttpContent;
import org.jspecify.annotations.Nullable;

/// The way of an answer's body to the client: compressed where it may be, and counted.
final class AnswerBody {
  private final Exchange exchange;
  private final Client client;
  private @Nullable Compression compression;

  AnswerBody(Exchange exchange, Client client) {
    this.exchange = exchange;
    this.client = client;
  }

  /// Decides it, and says so in the answer's head.
  boolean compresses(HttpResponse head, LiveService service) {
    compression =
        Compression.begin(
            head, exchange.inbound(), service.listed(), client.worker().compressions());
    return compression != null;
  }

  void write(HttpContent content) {
    pass(compression == null ? content : compression.pass(content));
  }

  private void pass(HttpContent content) {
    exchange.tally().out(content.content().readableBytes());
    if (content.content().isReadable() || content instanceof LastHttpContent) {
      client.write(content);
    } else {
      content.release();
    }
  }

  /// Lets nothing wait for more of the answer.
  void flush() {
    if (compression != null) {
      pass(compression.flush());
    }
    client.flush();
  }

  void close() {
    if (compression != null) {
      compression.close();
      compression = null;
    }
  }
}
