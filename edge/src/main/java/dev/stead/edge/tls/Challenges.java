package dev.stead.edge.tls;

import dev.stead.edge.control.AlpnChallenge;
import dev.stead.edge.control.ChallengeSet;
import dev.stead.edge.control.HttpChallenge;
import dev.stead.edge.control.Refused;
import java.security.GeneralSecurityException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// What CAs are answered now that want to know whether a host is ours. Used by any thread.
public final class Challenges {
  /// RFC 8555, 8.1: a key authorization is the token, a dot, and a thumbprint, in base64url.
  private static final Pattern TOKEN = Pattern.compile("[A-Za-z0-9_-]{1,512}");

  private static final Pattern KEY_AUTHORIZATION = Pattern.compile("[A-Za-z0-9_.-]{1,1024}");

  private volatile Answers answers = new Answers(Map.of(), Map.of());

  private record Question(String host, String token) {}

  private record Answers(Map<Question, String> http, Map<String, Identity> alpn) {}

  /// Replaces all of them, or none when one cannot be used.
  public Optional<Refused> apply(ChallengeSet set) {
    List<String> problems = new ArrayList<>();
    Map<Question, String> http = new HashMap<>();
    for (HttpChallenge challenge : set.http()) {
      String host = host(challenge.host(), problems);
      if (!TOKEN.matcher(challenge.token()).matches()
          || !KEY_AUTHORIZATION.matcher(challenge.keyAuthorization()).matches()) {
        problems.add(
            "challenge for %s: token and key authorization must be base64url".formatted(host));
      }
      http.put(new Question(host, challenge.token()), challenge.keyAuthorization());
    }
    Map<String, Identity> alpn = new HashMap<>();
    for (AlpnChallenge challenge : set.alpn()) {
      String host = host(challenge.host(), problems);
      try {
        Identity identity = Identity.read(challenge.chainPem(), challenge.keyPem());
        identity.check();
        alpn.put(host, identity);
      } catch (GeneralSecurityException e) {
        problems.add("challenge for %s: cannot be used: %s".formatted(host, e.getMessage()));
      }
    }
    if (!problems.isEmpty()) {
      return Optional.of(new Refused(problems));
    }
    answers = new Answers(http, alpn);
    return Optional.empty();
  }

  private static String host(String listed, List<String> problems) {
    String host = Certificates.lowerCase(listed);
    if (!CertificateCheck.isHost(host) || host.startsWith("*")) {
      problems.add("challenge for '%s': that is no exact name".formatted(listed));
    }
    return host;
  }

  /// What `/.well-known/acme-challenge/TOKEN` is answered on this host; null when nothing is asked.
  public @Nullable String keyAuthorization(String host, String token) {
    return answers.http().get(new Question(host, token));
  }

  /// What a handshake for `acme-tls/1` is answered on this host; null when nothing is asked.
  @Nullable Identity identity(String host) {
    return answers.alpn().get(host);
  }
}
