package dev.stead.agent.certs;

import dev.stead.agent.certs.CertRecords.Begun;
import dev.stead.agent.certs.CertRecords.Kept;
import dev.stead.agent.certs.Ledger.Kind;
import dev.stead.edge.control.ChallengeSet;
import dev.stead.edge.control.HttpChallenge;
import dev.stead.sdk.Code;
import dev.stead.sdk.Problem;
import dev.stead.sdk.ProblemException;
import java.io.IOException;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.shredzone.acme4j.Authorization;
import org.shredzone.acme4j.Login;
import org.shredzone.acme4j.Order;
import org.shredzone.acme4j.Status;
import org.shredzone.acme4j.challenge.Challenge;
import org.shredzone.acme4j.challenge.Http01Challenge;
import org.shredzone.acme4j.exception.AcmeException;
import org.shredzone.acme4j.exception.AcmeLazyLoadingException;
import org.shredzone.acme4j.exception.AcmeProtocolException;
import org.shredzone.acme4j.exception.AcmeRateLimitedException;

/// Gets a certificate for one host from one CA, by HTTP-01 (RFC 8555, 8.3).
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

  Issuance(CertRecords records, Accounts accounts, Responder responder, InstantSource clock) {
    this.records = records;
    this.accounts = accounts;
    this.responder = responder;
    this.clock = clock;
  }

  /// Orders a certificate, or goes on with the order under way, and keeps what the CA gives.
  ///
  /// @throws ProblemException `D-CERT-VALIDATION`, `D-CERT-QUOTA` or `D-CERT-AUTHORITY`
  Kept obtain(Authority authority, String host) throws InterruptedException {
    var what = "getting a certificate for %s from %s".formatted(host, authority.name());
    try {
      var login = accounts.login(authority);
      var order = order(login, authority, host, what);
      validate(order, authority, what);
      return fulfil(order, authority, host, what);
    } catch (AcmeRateLimitedException e) {
      var until = e.getRetryAfter().map(at -> ", until " + at).orElse("");
      throw failed(Code.CERT_QUOTA, what, e.getMessage() + until, e);
    } catch (AcmeException | AcmeLazyLoadingException | AcmeProtocolException e) {
      throw failed(Code.CERT_AUTHORITY, what, String.valueOf(e.getMessage()), e);
    } catch (IOException e) {
      throw failed(Code.CERT_AUTHORITY, what, "the edge does not answer: " + e.getMessage(), e);
    }
  }

  /// The order under way with this CA when that still leads anywhere, or a new one.
  private Order order(Login login, Authority authority, String host, String what)
      throws AcmeException {
    var begun = records.order(host);
    if (begun.isPresent() && begun.orElseThrow().authority().equals(authority.name())) {
      var order = login.bindOrder(begun.orElseThrow().url());
      if (isAlive(order)) {
        return order;
      }
    }
    records
        .ledger(authority)
        .refusal(host, clock.instant())
        .ifPresent(
            refusal -> {
              throw failed(Code.CERT_QUOTA, what, refusal.why(), null);
            });
    note(authority, Kind.ORDERED, host);
    var order = login.newOrder().domain(host).create();
    records.putOrder(
        host, new Begun(authority.name(), order.getLocation(), clock.instant()), Keys.make());
    return order;
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
      throws AcmeException, IOException, InterruptedException {
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
      throws AcmeException, IOException, InterruptedException {
    var host = authorization.getIdentifier().getDomain();
    var challenge =
        authorization
            .findChallenge(Http01Challenge.class)
            .orElseThrow(() -> new AcmeProtocolException("the CA offers no HTTP-01"));
    responder.answer(
        new ChallengeSet(
            List.of(new HttpChallenge(host, challenge.getToken(), challenge.getAuthorization())),
            List.of()));
    try {
      if (challenge.getStatus() == Status.PENDING) {
        challenge.trigger();
      }
      if (authorization.waitForCompletion(PATIENCE) != Status.VALID) {
        note(authority, Kind.FAILED, host);
        records.dropOrder(host);
        throw failed(Code.CERT_VALIDATION, what, reason(authorization), null);
      }
    } finally {
      responder.answer(NONE);
    }
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
      throws AcmeException, InterruptedException {
    var pair = records.orderKey(host);
    if (order.waitUntilReady(PATIENCE) == Status.READY) {
      order.execute(pair);
    }
    if (order.waitForCompletion(PATIENCE) != Status.VALID) {
      records.dropOrder(host);
      var why = order.getError().map(Object::toString).orElse("the CA does not say why");
      throw failed(Code.CERT_AUTHORITY, what, why, null);
    }
    var certificate = order.getCertificate();
    var own = certificate.getCertificate();
    if (!own.getPublicKey().equals(pair.getPublic())) {
      records.dropOrder(host);
      throw failed(Code.CERT_AUTHORITY, what, "its certificate is for another key", null);
    }
    var chain = new StringWriter();
    try {
      certificate.writeCertificate(chain);
    } catch (IOException e) {
      throw new UncheckedIOException("writing to memory", e);
    }
    var kept =
        new Kept(
            chain.toString(),
            own.getNotBefore().toInstant(),
            own.getNotAfter().toInstant(),
            authority.name());
    note(authority, Kind.ISSUED, host);
    records.fulfil(host, kept, pair);
    return kept;
  }

  private static ProblemException failed(
      Code code, String what, String why, @Nullable Throwable cause) {
    var failed = new ProblemException(Problem.of(code, what, why));
    if (cause != null) {
      failed.initCause(cause);
    }
    return failed;
  }
}
