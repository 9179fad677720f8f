package dev.stead.edge.http;

import dev.stead.edge.control.Service.Canary;
import dev.stead.edge.routing.LiveService;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.cookie.Cookie;
import io.netty.handler.codec.http.cookie.ServerCookieDecoder;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// Which release one request gets while its service has a canary.
///
/// | `Stead-Release` says | the request gets |
/// | --- | --- |
/// | `8`, as a header or a cookie | release 8 when it is one of the two, as if nothing were said otherwise |
/// | `8.37`, as a cookie that the edge has set | the canary, when its share is more than 37 %; it was 8 |
/// | nothing | as much, with a number drawn here, which the answer has the browser keep |
///
/// So whoever has once got the canary keeps it as its share grows. Where no instance of the canary
/// can be reached, the request gets the other release after all. On the request's loop only.
final class Visitor {
  private static final String NAME = "Stead-Release";
  private static final Pattern SAID = Pattern.compile("v?(\\d{1,9})(?:\\.(\\d{1,2}))?");
  private static final int TICKETS = 100;
  private static final String KEPT_SECONDS = "604800";

  private final Client client;
  private final Inbound inbound;
  private boolean asked;
  private boolean canaried;
  private boolean spared;

  /// Which release was asked for, or had last; 0 when nothing was said.
  private int said;

  /// From 0 to 99; -1 when a release was asked for by its number alone.
  private int ticket = -1;

  Visitor(Client client, Inbound inbound) {
    this.client = client;
    this.inbound = inbound;
  }

  /// The release of this service that the request gets.
  @Nullable LiveService of(@Nullable LiveService found) {
    LiveService canary = found == null ? null : found.canary();
    canaried = found != null && canary != null && !spared && getsCanary(found, canary);
    return canaried ? canary : found;
  }

  private boolean getsCanary(LiveService found, LiveService canary) {
    ask();
    if (ticket < 0 && (said == found.listed().release() || said == canary.listed().release())) {
      return said == canary.listed().release();
    }
    if (ticket < 0) {
      ticket = client.worker().draw(TICKETS);
    }
    return ticket < found.listed().canary().map(Canary::percent).orElse(0);
  }

  /// Has a request that got the canary go to the other release from now on; false when it did not.
  boolean spare() {
    spared |= canaried;
    return canaried;
  }

  private void ask() {
    if (asked) {
      return;
    }
    asked = true;
    HttpHeaders headers = inbound.request().headers();
    String header = headers.get(NAME);
    if (header != null) {
      read(header, false);
    }
    for (String cookies : headers.getAll(HttpHeaderNames.COOKIE)) {
      for (Cookie cookie : ServerCookieDecoder.LAX.decodeAll(cookies)) {
        if (said == 0 && cookie.name().equals(NAME)) {
          read(cookie.value(), true);
        }
      }
    }
  }

  private void read(String text, boolean mayBeTicket) {
    Matcher matcher = SAID.matcher(text.strip());
    if (matcher.matches() && (mayBeTicket || matcher.group(2) == null)) {
      said = Integer.parseInt(matcher.group(1));
      ticket = matcher.group(2) == null ? -1 : Integer.parseInt(matcher.group(2));
    }
  }

  /// Has the browser keep what was drawn, unless it does already.
  void remember(HttpHeaders answer, LiveService served) {
    int release = served.listed().release();
    if (!asked || ticket < 0 || spared || said == release) {
      return;
    }
    String secure = client.guest().door() == Door.HTTPS ? "; Secure" : "";
    answer.add(
        HttpHeaderNames.SET_COOKIE,
        "%s=%d.%d; Path=%s; Max-Age=%s; HttpOnly; SameSite=Lax%s"
            .formatted(NAME, release, ticket, served.listed().path(), KEPT_SECONDS, secure));
  }
}
