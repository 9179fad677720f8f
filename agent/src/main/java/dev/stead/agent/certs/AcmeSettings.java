package dev.stead.agent.certs;

import java.net.URI;
import java.util.List;
import java.util.Optional;

/// How certificates are got; `settings.json` says it.
///
/// @param authorities the CAs, the one to ask first at the front
/// @param rehearsal a CA whose failures cost nothing, such as a staging one: where a validation has
///   failed, the next is tried there first
/// @param email where a CA may write to
/// @param preflight whether a host is looked up in DNS before it is ordered for
public record AcmeSettings(
    List<Authority> authorities,
    Optional<Authority> rehearsal,
    Optional<String> email,
    boolean preflight) {
  public static final AcmeSettings DEFAULTS =
      new AcmeSettings(
          List.of(
              new Authority(
                  URI.create("https://acme-v02.api.letsencrypt.org/directory"), Optional.empty())),
          Optional.of(
              new Authority(
                  URI.create("https://acme-staging-v02.api.letsencrypt.org/directory"),
                  Optional.empty())),
          Optional.empty(),
          true);

  public AcmeSettings {
    authorities = List.copyOf(authorities);
    if (authorities.isEmpty()) {
      throw new IllegalArgumentException("there is no CA to ask");
    }
  }
}
