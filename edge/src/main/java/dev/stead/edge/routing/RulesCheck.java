package dev.stead.edge.routing;

import dev.stead.edge.control.Password;
import dev.stead.edge.control.Service;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.Set;
import java.util.function.Consumer;
import java.util.regex.Pattern;

/// Says what is wrong with a service's rules.
final class RulesCheck {
  private static final Pattern HEADER_NAME = Pattern.compile("[A-Za-z0-9!#$%&'*+.^_`|~-]+");
  private static final Pattern HEADER_VALUE = Pattern.compile("([!-~]([ -~]*[!-~])?)?");
  private static final Pattern FROM = Pattern.compile("/[!-~&&[^?#*]]*((?<=/)\\*)?");
  private static final Pattern TO =
      Pattern.compile("(/(?![/\\\\])|https?://[^/*])[!-~&&[^#*]]*((?<=/)\\*)?");
  private static final Set<Integer> REDIRECTS = Set.of(301, 302, 307, 308);
  private static final Pattern ERROR = Pattern.compile("[45][0-9]{2}");

  private final Consumer<String> problem;

  /// @param problem is told each
  RulesCheck(Consumer<String> problem) {
    this.problem = problem;
  }

  void check(Service.Rules rules) {
    rules
        .canonicalHost()
        .filter(host -> !TableCheck.isHost(host) || host.startsWith("*"))
        .ifPresent(host -> problem.accept("canonical-host '" + host + "' is no host"));
    rules.redirects().forEach(this::redirect);
    rules.allow().forEach(this::network);
    rules
        .headers()
        .forEach(
            (name, value) -> {
              if (!HEADER_NAME.matcher(name).matches() || !HEADER_VALUE.matcher(value).matches()) {
                problem.accept("headers: '" + name + "' is no header with such a value");
              }
            });
    Set<String> names = new HashSet<>();
    for (Service.User user : rules.users()) {
      if (user.name().isEmpty() || user.name().indexOf(':') >= 0 || !names.add(user.name())) {
        problem.accept("users: '" + user.name() + "' is no name of its own without a colon");
      }
      if (!Password.isHash(user.hash())) {
        problem.accept("users: the hash of '" + user.name() + "' is none that the edge knows");
      }
    }
    rules.errorPages().ifPresent(this::errorPages);
    if (!(rules.accessLog() >= 0 && rules.accessLog() <= 1)) {
      problem.accept("access-log must be from 0 to 1, not " + rules.accessLog());
    }
    rules.formerFiles().stream()
        .filter(files -> !Path.of(files.dir()).isAbsolute())
        .forEach(files -> problem.accept("former-files '" + files.dir() + "' must be absolute"));
  }

  private void redirect(Service.Redirect redirect) {
    boolean good =
        FROM.matcher(redirect.from()).matches()
            && TO.matcher(redirect.to()).matches()
            && (redirect.from().endsWith("*") || !redirect.to().endsWith("*"))
            && REDIRECTS.contains(redirect.status());
    if (!good) {
      problem.accept(
          "redirects: %d from '%s' to '%s' is none"
              .formatted(redirect.status(), redirect.from(), redirect.to()));
    }
  }

  private void network(String text) {
    try {
      Network.parse(text);
    } catch (IllegalArgumentException e) {
      problem.accept("allow '%s' is no address or network: %s".formatted(text, e.getMessage()));
    }
  }

  private void errorPages(Service.ErrorPages pages) {
    if (!Path.of(pages.dir()).isAbsolute()) {
      problem.accept("the error pages' dir '" + pages.dir() + "' must be absolute");
    }
    for (String status : pages.files().keySet()) {
      if (!ERROR.matcher(status).matches()) {
        problem.accept("error-pages: '" + status + "' is no status from 400 to 599");
      }
    }
  }
}
