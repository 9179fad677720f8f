package dev.stead.cli.ssh;

import dev.stead.sdk.Code;
import dev.stead.sdk.Problem;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;

/// What `ssh` said when it did not come through, as a problem with its fix. The messages are
/// OpenSSH's own, in English whatever the locale; what is not known here is passed on as it is.
final class Trouble {
  private static final int LINES_MAX = 12;

  // In this order: a changed host key is also said to be one that could not be verified.
  private static final List<Map.Entry<Pattern, Code>> KNOWN =
      List.of(
          sign("REMOTE HOST IDENTIFICATION HAS CHANGED", Code.SSH_HOST_KEY_CHANGED),
          sign("Host key verification failed|host key is known for", Code.SSH_HOST_KEY_UNKNOWN),
          sign(
              "Permission denied \\(|Too many authentication failures|No supported authentication",
              Code.SSH_AUTH),
          sign("Could not resolve hostname", Code.SSH_UNKNOWN_HOST),
          sign("Connection refused", Code.SSH_REFUSED),
          sign("[Tt]imed out", Code.SSH_TIMEOUT),
          sign("No route to host|Network is unreachable", Code.SSH_NO_ROUTE));

  private Trouble() {}

  private static Map.Entry<Pattern, Code> sign(String pattern, Code code) {
    return Map.entry(Pattern.compile(pattern), code);
  }

  /// Why no connection came about.
  static Problem connecting(Destination destination, List<String> lines) {
    for (var line : KNOWN) {
      if (lines.stream().anyMatch(line.getKey().asPredicate())) {
        return problem(line.getValue(), destination, lines);
      }
    }
    return problem(Code.SSH_FAILED, destination, lines);
  }

  private static Problem problem(Code code, Destination destination, List<String> lines) {
    var said = lines.stream().filter(line -> !line.isBlank()).toList();
    var last = said.subList(Math.max(0, said.size() - LINES_MAX), said.size());
    var why = said.isEmpty() ? "ssh ended without a word" : why(code, said.getLast());
    return new Problem(
        code.id(),
        "connecting to " + destination + " by ssh",
        why,
        code.fix().replace("HOST", destination.text()),
        Set.of(Code.SSH_FAILED, Code.SSH_HOST_KEY_CHANGED).contains(code) ? last : List.of());
  }

  private static String why(Code code, String last) {
    return code == Code.SSH_FAILED ? last : code.meaning() + " (" + last.strip() + ")";
  }

  /// What became of the channel to the agent's socket.
  enum Channel {
    OPENED,
    /// sshd does not say whether it may not or cannot.
    REFUSED
  }

  /// What stands between an open connection and the agent.
  ///
  /// @param found what was found there: a word and the user's name
  static Problem beyond(Destination destination, String found, Channel channel) {
    var words = List.of(found.strip().split(" ", 2));
    var user = words.size() > 1 ? words.get(1) : "this user";
    return switch (words.getFirst()) {
      case "none" -> of(Code.NO_STEAD, destination, "there is no /opt/stead/current");
      case "denied" ->
          of(Code.NO_RIGHT, destination, user + " may not open the socket of the agent");
      case "down" -> of(Code.SERVER_AGENT_DOWN, destination, "the agent has no socket there");
      case "dead" -> of(Code.SERVER_AGENT_DOWN, destination, "nobody listens on its socket");
      case "open" ->
          channel == Channel.REFUSED
              ? of(Code.SSH_NO_FORWARDING, destination, Code.SSH_NO_FORWARDING.meaning())
              : of(Code.SERVER_AGENT_DOWN, destination, "it ended the connection unanswered");
      default -> of(Code.SERVER_AGENT_DOWN, destination, "no answer came through the connection");
    };
  }

  private static Problem of(Code code, Destination destination, String why) {
    return new Problem(
        code.id(),
        "talking to the agent on " + destination,
        why,
        code.fix().replace("HOST", destination.text()),
        List.of());
  }
}
