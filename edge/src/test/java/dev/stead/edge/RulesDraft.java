package dev.stead.edge;

import dev.stead.edge.control.Service.ErrorPages;
import dev.stead.edge.control.Service.FormerFiles;
import dev.stead.edge.control.Service.Redirect;
import dev.stead.edge.control.Service.Rules;
import dev.stead.edge.control.Service.User;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/// Rules of which a test says what it needs.
final class RulesDraft {
  private Optional<String> canonicalHost = Optional.empty();
  private List<Redirect> redirects = List.of();
  private List<String> allow = List.of();
  private Map<String, String> headers = Map.of();
  private List<User> users = List.of();
  private Optional<ErrorPages> errorPages = Optional.empty();

  private boolean compress = true;
  private double accessLog;
  private List<FormerFiles> formerFiles = List.of();

  static RulesDraft none() {
    return new RulesDraft();
  }

  RulesDraft canonicalHost(String host) {
    canonicalHost = Optional.of(host);
    return this;
  }

  RulesDraft redirects(Redirect... listed) {
    redirects = List.of(listed);
    return this;
  }

  RulesDraft allow(String... networks) {
    allow = List.of(networks);
    return this;
  }

  RulesDraft headers(Map<String, String> set) {
    headers = set;
    return this;
  }

  RulesDraft users(User... listed) {
    users = List.of(listed);
    return this;
  }

  RulesDraft errorPages(ErrorPages pages) {
    errorPages = Optional.of(pages);
    return this;
  }

  RulesDraft uncompressed() {
    compress = false;
    return this;
  }

  RulesDraft formerFiles(FormerFiles... listed) {
    formerFiles = List.of(listed);
    return this;
  }

  RulesDraft accessLog(double share) {
    accessLog = share;
    return this;
  }

  Rules rules() {
    return new Rules(
        canonicalHost,
        redirects,
        allow,
        new TreeMap<>(headers),
        users,
        errorPages,
        compress,
        formerFiles,
        accessLog);
  }
}
