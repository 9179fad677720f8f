package dev.stead.cli.project;

import dev.stead.sdk.HttpConfig;
import dev.stead.sdk.HttpConfig.Redirect;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.regex.Pattern;

/// Reads the rules under `[http]`: who may come, which way, and what every answer says.
final class HttpRules {
  private static final Pattern HEADER_NAME = Pattern.compile("[A-Za-z0-9!#$%&'*+.^_`|~-]+");
  private static final Pattern HEADER_VALUE = Pattern.compile("([!-~]([ -~]*[!-~])?)?");

  /// What frames an answer or belongs to a connection is the edge's own.
  private static final Pattern RESERVED =
      Pattern.compile(
          "(?i)connection|content-length|transfer-encoding|keep-alive|upgrade|trailer|te|date"
              + "|content-encoding|stead-.*|x-request-id");

  private static final Pattern FROM = Pattern.compile("/[!-~&&[^?#*]]*((?<=/)\\*)?");
  private static final Pattern TO =
      Pattern.compile("(/(?![/\\\\])|https?://[^/*])[!-~&&[^#*]]*((?<=/)\\*)?");
  private static final Set<Integer> REDIRECTS = Set.of(301, 302, 307, 308);
  private static final Pattern ERROR = Pattern.compile("[45][0-9]{2}");
  private static final Pattern USER = Pattern.compile("[^:\\p{Cntrl}]+");

  private final Section http;
  private final Map<String, List<String>> keys;

  /// @param keys those of each section
  HttpRules(Section http, Map<String, List<String>> keys) {
    this.http = http;
    this.keys = keys;
  }

  /// @param hosts what the app answers to
  HttpConfig.Rules read(List<String> hosts) {
    return new HttpConfig.Rules(
        http.string("canonical-host").filter(host -> isNamed(host, hosts)),
        redirects(),
        http.strings("allow").stream().filter(this::isNetwork).toList(),
        headers(),
        users(),
        errorPages(),
        http.bool("compress").orElse(HttpConfig.Rules.NONE.compress()),
        http.number("access-log", 1).orElse(0));
  }

  private boolean isNamed(String host, List<String> hosts) {
    boolean known = hosts.contains(host) && !host.startsWith("*");
    if (!known) {
      http.fault(
          "canonical-host",
          "[http] canonical-host must be one of hosts, as \"%s\" is not".formatted(host));
    }
    return known;
  }

  private boolean isNetwork(String text) {
    int slash = text.indexOf('/');
    String bits = text.substring(slash + 1);
    try {
      var address = InetAddress.ofLiteral(slash < 0 ? text : text.substring(0, slash));
      int most = address.getAddress().length * Byte.SIZE;
      if (slash < 0 || (bits.matches("[0-9]{1,3}") && Integer.parseInt(bits) <= most)) {
        return true;
      }
      http.fault(
          "allow", "[http] allow: a network like \"%s\" has /0 to /%d".formatted(text, most));
    } catch (IllegalArgumentException e) {
      http.fault(
          "allow",
          "[http] allow: \"%s\" is no address or network; write \"203.0.113.7\" or \"203.0.113.0/24\""
              .formatted(text));
    }
    return false;
  }

  private List<Redirect> redirects() {
    var result = new ArrayList<Redirect>();
    for (var all : http.section("redirects").stream().toList()) {
      for (var from : all.keys()) {
        redirect(all, from).ifPresent(result::add);
      }
    }
    return result;
  }

  private Optional<Redirect> redirect(Section all, String from) {
    if (!FROM.matcher(from).matches()) {
      all.fault(
          from,
          "[http.redirects] \"%s\" must be a path that starts with \"/\", without query; \"/*\" at its end stands for all below it"
              .formatted(from));
      return Optional.empty();
    }
    int status = Redirect.STATUS;
    Optional<String> to;
    if (all.isTable(from)) {
      var redirect = all.section(from).orElseThrow();
      redirect.refuseUnknown(List.of("to", "status"), keys);
      to = redirect.text("to");
      status = redirect.integer("status", 301, 308).orElse(status);
      if (!redirect.keys().contains("to")) {
        all.fault(from, "[http.redirects] \"%s\" has no to".formatted(from));
      }
    } else {
      to = all.text(from);
    }
    if (!REDIRECTS.contains(status)) {
      all.fault(
          from,
          "[http.redirects] \"%s\": status must be 301, 302, 307 or 308, not %d"
              .formatted(from, status));
      return Optional.empty();
    }
    int chosen = status;
    return to.filter(address -> isDestination(all, from, address))
        .map(address -> new Redirect(from, address, chosen));
  }

  private static boolean isDestination(Section all, String from, String to) {
    boolean good =
        TO.matcher(to).matches() && (from.endsWith("*") || !to.endsWith("*")) && !to.equals(from);
    if (!good) {
      all.fault(
          from,
          "[http.redirects] \"%s\" cannot lead to \"%s\": write another path, or an address with http:// or https://; \"/*\" at both ends keeps what is below"
              .formatted(from, to));
    }
    return good;
  }

  private SortedMap<String, String> headers() {
    var result = new TreeMap<String, String>();
    for (var all : http.section("headers").stream().toList()) {
      for (var name : all.keys()) {
        if (!HEADER_NAME.matcher(name).matches() || RESERVED.matcher(name).matches()) {
          all.fault(name, "[http.headers] \"%s\" cannot be set here".formatted(name));
          continue;
        }
        all.string(name)
            .filter(value -> isHeaderValue(all, name, value))
            .ifPresent(value -> result.put(name, value));
      }
    }
    return result;
  }

  private static boolean isHeaderValue(Section all, String name, String value) {
    boolean good = HEADER_VALUE.matcher(value).matches();
    if (!good) {
      all.fault(
          name,
          "[http.headers] %s must be plain ASCII on one line, without blanks around it"
              .formatted(name));
    }
    return good;
  }

  private SortedMap<String, String> users() {
    var result = new TreeMap<String, String>();
    for (var all : http.section("users").stream().toList()) {
      for (var name : all.keys()) {
        if (!USER.matcher(name).matches()) {
          all.fault(name, "[http.users] a name has no \":\" in it, as \"%s\" has".formatted(name));
        }
        all.string(name)
            .filter(secret -> isSecret(all, name, secret))
            .ifPresent(secret -> result.put(name, secret));
      }
    }
    return result;
  }

  private static boolean isSecret(Section all, String name, String secret) {
    var refusal = Variables.refusal(secret);
    refusal.ifPresent(
        why ->
            all.fault(
                name,
                "[http.users] %s names the secret that holds the password, such as \"ADA_PASSWORD\", never the password"
                    .formatted(name)));
    return refusal.isEmpty();
  }

  private SortedMap<String, String> errorPages() {
    var result = new TreeMap<String, String>();
    for (var all : http.section("error-pages").stream().toList()) {
      for (var status : all.keys()) {
        if (!ERROR.matcher(status).matches()) {
          all.fault(
              status, "[http.error-pages] \"%s\" is no status from 400 to 599".formatted(status));
        }
        all.text(status)
            .filter(file -> SteadToml.inside(all, status, file))
            .ifPresent(file -> result.put(status, file));
      }
    }
    return result;
  }
}
