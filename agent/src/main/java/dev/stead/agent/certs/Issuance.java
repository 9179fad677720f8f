package dev.stead.agent.certs;

import dev.stead.agent.certs.CertRecords.Begun;
import dev.stead.agent.certs.CertRecords.Kept;
import dev.stead.agent.certs.Ledger.Kind;
import dev.stead.edge.control.AlpnChallenge;
import dev.stead.edge.control.ChallengeSet;
import dev.stead.edge.control.HttpChallenge;
import dev.stead.sdk.Code;
import java.io.IOException;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.random.RandomGenerator;
import java.util.stream.Stream;
import org.shredzone.acme4j.Authorization;
import org.shredzone.acme4j.Certificate;
import org.shredzone.acme4j.Identifier;
import org.shredzone.acme4j.Login;
import org.shredzone.acme4j.Order;
import org.shredzone.acme4j.Status;
import org.shredzone.acme4j.challenge.Challenge;
import org.shredzone.acme4j.challenge.Http01Challenge;
import org.shredzone.acme4j.challenge.TlsAlpn01Challenge;
import org.shredzone.acme4j.connector.Resource;
import org.shredzone.acme4j.exception.AcmeException;
import org.shredzone.acme4j.exception.AcmeLazyLoadingException;
import org.shredzone.acme4j.exception.AcmeProtocolException;
import org.shredzone.acme4j.exception.AcmeRateLimitedException;
import org.shredzone.acme4j.exception.AcmeServerException;

/// Gets a certificate for one host from one CA, by HTTP-01 (RFC 8555, 8.3) and TLS-ALPN-01 (RFC
/// 8737) in turn: where one of the two ports cannot be reached, the other may be.
///
/// Ordered → validated → finalized → fulfilled. The order's URL and the certificate's key are in
/// the store as soon as the CA has taken the order: an agent that is killed anywhere goes on with
/// that order, or orders anew where the CA has given it up. The certificate that serves stays until
/// the new one replaces it. One call at a time.
final class Issuance {
  /// A CA that is asked gives its answer within this time, or the order is left for the next try.
  private static final Duration PATIENCE = Duration.ofSeconds(60);

  private static final ChallengeSet NONE = new ChallengeSet(List.of(), List.of());

  private final CertRecords records;
  private final Accounts accounts;
  private final Responder responder;
  private final InstantSource clock;
  private final RandomGenerator chance;

  Issuance(
      CertRecords records,
      Accounts accounts,
      Responder responder,
      InstantSource clock,
      RandomGenerator chance) {
    this.records = records;
    this.accounts = accounts;
    this.responder = responder;
    this.clock = clock;
    this.chance = chance;
  }

  /// Orders a certificate, or goes on with the order under way, and keeps what the CA gives.
  ///
  /// @throws OrderFailedException `D-CERT-VALIDATION`, `D-CERT-QUOTA` or `D-CERT-AUTHORITY`
  Kept obtain(Authority authority, String host) throws OrderFailedException, InterruptedException {
    var what = "getting a certificate for %s from %s".formatted(host, authority.name());
    try {
      var login = accounts.login(authority);
      var order = order(login, authority, host, what);
      validate(order, authority, what);
      return fulfil(order, authority, host, what);
    } catch (AcmeRateLimitedException e) {
      var until = e.getRetryAfter().map(at -> ", until " + at).orElse("");
      throw new OrderFailedException(
              Code.CERT_QUOTA, what, e.getMessage() + until, e.getRetryAfter().orElse(null))
          .because(e);
    } catch (AcmeException | AcmeLazyLoadingException | AcmeProtocolException e) {
      throw new OrderFailedException(Code.CERT_AUTHORITY, what, String.valueOf(e.getMessage()))
          .because(e);
    } catch (IOException e) {
      var why = "the edge does not answer: " + e.getMessage();
      throw new OrderFailedException(Code.CERT_AUTHORITY, what, why).because(e);
    }
  }

  /// The order under way with this CA when that still leads anywhere, or a new one.
  private Order order(Login login, Authority authority, String host, String what)
      throws AcmeException, OrderFailedException {
    var begun = records.order(host);
    if (begun.isPresent() && begun.orElseThrow().authority().equals(authority.name())) {
      var order = login.bindOrder(begun.orElseThrow().url());
      if (isAlive(order)) {
        return order;
      }
    }
    var refusal = records.ledger(authority).refusal(host, clock.instant());
    if (refusal.isPresent()) {
      var found = refusal.orElseThrow();
      throw new OrderFailedException(Code.CERT_QUOTA, what, found.why(), found.until());
    }
    note(authority, Kind.ORDERED, host);
    var order = create(login, authority, host);
    records.putOrder(
        host, new Begun(authority.name(), order.getLocation(), clock.instant()), Keys.make());
    return order;
  }

  /// Names the certificate that is to be replaced to a CA that suggests when to do so (RFC 9773,
  /// 5): such orders need not count against its limits.
  private Order create(Login login, Authority authority, String host) throws AcmeException {
    var former = records.certificate(host).filter(kept -> kept.isOf(authority));
    if (former.isEmpty()
        || login.getSession().resourceUrlOptional(Resource.RENEWAL_INFO).isEmpty()) {
      return login.newOrder().domain(host).create();
    }
    var replaced = Keys.certificate(former.orElseThrow().chainPem());
    try {
      return login.newOrder().domain(host).replaces(replaced).create();
    } catch (AcmeRateLimitedException e) {
      throw e;
    } catch (AcmeServerException e) {
      // It was replaced already, or is of another account: an order like any other.
      return login.newOrder().domain(host).create();
    }
  }

  private static boolean isAlive(Order order) {
    try {
      order.fetch();
    } catch (AcmeException e) {
      // The CA has forgotten it.
      return false;
    }
    return order.getStatus() != Status.INVALID;
  }

  private void note(Authority authority, Kind kind, String host) {
    records.note(authority, new Ledger.Entry(clock.instant(), kind, host));
  }

  private void validate(Order order, Authority authority, String what)
      throws AcmeException, OrderFailedException, IOException, InterruptedException {
    if (order.getStatus() != Status.PENDING) {
      return;
    }
    for (var authorization : order.getAuthorizations()) {
      if (authorization.getStatus() == Status.PENDING) {
        validate(authorization, authority, what);
      }
    }
  }

  private void validate(Authorization authorization, Authority authority, String what)
      throws AcmeException, OrderFailedException, IOException, InterruptedException {
    var host = authorization.getIdentifier().getDomain();
    var challenge = challenge(authorization, host);
    responder.answer(
        switch (challenge) {
          case Http01Challenge http -> new ChallengeSet(List.of(answer(host, http)), List.of());
          case TlsAlpn01Challenge tls -> new ChallengeSet(List.of(), List.of(answer(host, tls)));
          default -> throw new IllegalStateException("nothing answers " + challenge.getType());
        });
    var cutOff = false;
    try {
      if (challenge.getStatus() == Status.PENDING) {
        challenge.trigger();
      }
      if (authorization.waitForCompletion(PATIENCE) != Status.VALID) {
        note(authority, Kind.FAILED, host);
        records.dropOrder(host);
        throw new OrderFailedException(Code.CERT_VALIDATION, what, reason(authorization));
      }
    } catch (InterruptedException e) {
      // The CA may ask while there is no agent: the edge goes on answering.
      cutOff = true;
      throw e;
    } finally {
      if (!cutOff) {
        responder.answer(NONE);
      }
    }
  }

  /// The one that is up to it: each failed validation gives the turn to the other.
  private Challenge challenge(Authorization authorization, String host) {
    var failed =
        records.trouble(host).filter(Trouble::ofValidation).map(Trouble::failures).orElse(0);
    var http = authorization.findChallenge(Http01Challenge.class);
    var tls = authorization.findChallenge(TlsAlpn01Challenge.class);
    var turn = failed % 2 == 0 ? Stream.of(http, tls) : Stream.of(tls, http);
    return turn.<Challenge>flatMap(Optional::stream)
        .findFirst()
        .orElseThrow(
            () -> new AcmeProtocolException("the CA offers neither HTTP-01 nor TLS-ALPN-01"));
  }

  private static HttpChallenge answer(String host, Http01Challenge challenge) {
    return new HttpChallenge(host, challenge.getToken(), challenge.getAuthorization());
  }

  private static AlpnChallenge answer(String host, TlsAlpn01Challenge challenge) {
    var pair = Keys.makeRsa();
    var certificate = challenge.createCertificate(pair, Identifier.dns(host));
    return new AlpnChallenge(host, Keys.pem(certificate), Keys.pem(pair.getPrivate()));
  }

  private static String reason(Authorization authorization) {
    return authorization.getChallenges().stream()
        .map(Challenge::getError)
        .flatMap(Optional::stream)
        .map(Object::toString)
        .findFirst()
        .orElse("the CA does not say why");
  }

  private Kept fulfil(Order order, Authority authority, String host, String what)
      throws AcmeException, OrderFailedException, InterruptedException {
    var pair = records.orderKey(host);
    if (order.waitUntilReady(PATIENCE) == Status.READY) {
      order.execute(pair);
    }
    if (order.waitForCompletion(PATIENCE) != Status.VALID) {
      records.dropOrder(host);
      var why = order.getError().map(Object::toString).orElse("the CA does not say why");
      throw new OrderFailedException(Code.CERT_AUTHORITY, what, why);
    }
    var certificate = order.getCertificate();
    var own = certificate.getCertificate();
    if (!own.getPublicKey().equals(pair.getPublic())) {
      records.dropOrder(host);
      var why = "its certificate is for another key";
      throw new OrderFailedException(Code.CERT_AUTHORITY, what, why);
    }
    var chain = new StringWriter();
    try {
      certificate.writeCertificate(chain);
    } catch (IOException e) {
      throw new UncheckedIOException("writing to memory", e);
    }
    var kept =
        new Kept(
            List.of(host),
            chain.toString(),
            own.getNotBefore().toInstant(),
            own.getNotAfter().toInstant(),
            Optional.of(authority.name()),
            Optional.of(renewAt(certificate)));
    var issued = new Ledger.Entry(clock.instant(), Kind.ISSUED, host);
    records.fulfil(authority, issued, kept, pair);
    return kept;
  }

  /// As the CA suggests (RFC 9773), where it does; otherwise by the certificate's life.
  private Instant renewAt(Certificate certificate) throws AcmeException {
    var own = certificate.getCertificate();
    var notAfter = own.getNotAfter().toInstant();
    var byLife = Renewal.time(own.getNotBefore().toInstant(), notAfter, chance);
    return suggested(certificate).filter(at -> at.isBefore(notAfter)).orElse(byLife);
  }

  /// A moment of the window that the CA suggests; empty where it suggests none, or does not answer.
  private Optional<Instant> suggested(Certificate certificate) {
    try {
      if (!certificate.hasRenewalInfo()) {
        return Optional.empty();
      }
      var info = certificate.getRenewalInfo();
      return Optional.of(
          Renewal.within(info.getSuggestedWindowStart(), info.getSuggestedWindowEnd(), chance));
    } catch (AcmeLazyLoadingException | AcmeProtocolException e) {
      // The certificate is there all the same.
      return Optional.empty();
    }
  }
}
