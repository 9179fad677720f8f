package dev.stead.edge.http;

import dev.stead.edge.control.Service;
import dev.stead.edge.control.Service.Mode;
import dev.stead.edge.routing.LiveService;
import dev.stead.edge.routing.Redirects;
import io.netty.handler.codec.http.FullHttpResponse;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaders;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// What a service asks of a request before it is let in, and what it says with every answer.
///
/// In order: whether its address may come, whether it has come the right way (https, host, path),
/// whether the app is down for maintenance, and whether it has a password. So nobody sends a
/// password where it could be overheard, if the app wants https.
final class HouseRules {
  /// A name that never leaves its machine (RFC 6761 6.3), where there is no other way to come.
  private static final String LOCALHOST = ".localhost";

  private final Https https;
  private final Passwords passwords;

  HouseRules(Https https, Passwords passwords) {
    this.https = https;
    this.passwords = passwords;
  }

  /// Why a request does not simply go on.
  sealed interface Objection {
    record Answer(FullHttpResponse response) implements Objection {}

    /// There is an error page for it.
    record Refused(Refusal refusal) implements Objection {}

    /// Whether there is an objection will be known once this has been checked.
    record Unchecked(Passwords.Claim claim) implements Objection {}
  }

  /// Null when the request may go on.
  @Nullable Objection objection(Inbound inbound, Sender sender, LiveService service) {
    if (sender.contradictory()) {
      return refused(EdgeError.FORWARDED, "X-Forwarded-For and Forwarded name different clients.");
    }
    if (!service.admits(sender.address())) {
      return refused(EdgeError.ADDRESS, "This app is not for your address.");
    }
    Service listed = service.listed();
    FullHttpResponse elsewhere = elsewhere(inbound, sender, service);
    if (elsewhere != null) {
      return new Objection.Answer(elsewhere);
    }
    if (listed.mode() == Mode.MAINTENANCE) {
      return maintenance(inbound, listed.health());
    }
    List<Service.User> users = listed.rules().users();
    return users.isEmpty() ? null : stranger(inbound, users);
  }

  /// Whoever only asks how the app is hears that it is well.
  private static Objection maintenance(Inbound inbound, String health) {
    if (GrpcHealth.isAsked(inbound, health)) {
      return new Objection.Answer(GrpcHealth.serving());
    }
    return inbound.path().equals(health)
        ? new Objection.Answer(FileAnswer.healthy())
        : refused(EdgeError.MAINTENANCE, "This app is down for maintenance.");
  }

  private static Objection refused(EdgeError error, String cause) {
    return new Objection.Refused(new Refusal(error, cause));
  }

  private @Nullable FullHttpResponse elsewhere(
      Inbound inbound, Sender sender, LiveService service) {
    Service listed = service.listed();
    String asked = inbound.authority().host();
    String host = listed.rules().canonicalHost().orElse(asked);
    if (asked.endsWith(LOCALHOST)) {
      host = asked;
    }
    if (https.wants(sender, host, listed)) {
      return https.redirect(inbound, host);
    }
    if (!host.equals(asked)) {
      return FileAnswer.moved(sender.scheme() + "://" + host + port(inbound) + path(inbound));
    }
    Redirects.Moved moved = service.redirects().find(inbound.target());
    return moved == null ? null : FileAnswer.moved(moved.location(), moved.status());
  }

  /// As the client wrote it.
  private static String port(Inbound inbound) {
    String authority = inbound.authority().text();
    int colon = authority.lastIndexOf(':');
    return colon > authority.lastIndexOf(']') ? authority.substring(colon) : "";
  }

  private static String path(Inbound inbound) {
    return inbound.target().equals("*") ? "/" : inbound.target();
  }

  private @Nullable Objection stranger(Inbound inbound, List<Service.User> users) {
    Passwords.Claim claim =
        Passwords.Claim.of(users, inbound.request().headers().get(HttpHeaderNames.AUTHORIZATION));
    Boolean right = claim == null ? Boolean.FALSE : passwords.verdict(claim);
    if (claim != null && right == null) {
      return new Objection.Unchecked(claim);
    }
    return Boolean.TRUE.equals(right)
        ? null
        : refused(EdgeError.PASSWORD, "This app asks for a name and a password.");
  }

  /// Has a claim checked, and then calls back on the event loop; false when too many wait.
  boolean check(Passwords.Claim claim, Runnable checked) {
    return passwords.check(claim, checked);
  }

  /// Adds to an answer's headers what the service says with each, or takes away.
  static void dress(HttpHeaders headers, Sender sender, Service service) {
    Https.insist(headers, sender, service);
    service
        .rules()
        .headers()
        .forEach(
            (name, value) -> {
              if (value.isEmpty()) {
                headers.remove(name);
              } else {
                headers.set(name, value);
              }
            });
  }
}
