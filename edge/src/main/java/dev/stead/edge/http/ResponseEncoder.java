package dev.stead.edge.http;

import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.HttpResponseEncoder;
import io.netty.handler.codec.http.HttpStatusClass;

/// Netty's response encoder, told by the exchange whether it answers a HEAD request.
final class ResponseEncoder extends HttpResponseEncoder {
  private boolean answersHead;

  void answersHead(boolean head) {
    answersHead = head;
  }

  @Override
  protected boolean isContentAlwaysEmpty(HttpResponse response) {
    boolean informational = response.status().codeClass() == HttpStatusClass.INFORMATIONAL;
    return informational || answersHead || super.isContentAlwaysEmpty(response);
  }
}
