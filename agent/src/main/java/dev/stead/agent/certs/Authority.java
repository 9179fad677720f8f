package dev.stead.agent.certs;

import java.net.URI;
import java.nio.file.Path;
import java.util.Optional;

/// A CA that speaks ACME (RFC 8555).
///
/// @param directory where its directory is, an https URL
/// @param trust a PEM file of one root that is trusted for that URL instead of the machine's own;
///   for CAs of a company, and for tests
public record Authority(URI directory, Optional<Path> trust) {
  public Authority {
    if (!"https".equals(directory.getScheme()) || directory.getHost() == null) {
      throw new IllegalArgumentException(
          "a CA's directory must be an https URL, not '%s'".formatted(directory));
    }
  }

  /// What it goes by in the store and in messages: its host, and its port where it has one.
  String name() {
    return directory.getAuthority();
  }
}
