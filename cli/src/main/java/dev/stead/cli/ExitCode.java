package dev.stead.cli;

import dev.stead.sdk.Code;
import dev.stead.sdk.Problem;

/// How `stead` ends, for scripts. `run` and `console` end with the code of the command they ran.
enum ExitCode {
  OK(0, "done"),
  FAILED(1, "refused or failed; the problem is named, and what was live still is"),
  USAGE(2, "the command line or stead.toml is wrong; nothing was done"),
  NO_AGENT(3, "no agent answers: Stead is not running, or the server cannot be reached"),
  BUSY(4, "another operation on the app is under way (see --wait)"),
  INTERRUPTED(130, "ended by Ctrl-C");

  private final int code;
  private final String meaning;

  ExitCode(int code, String meaning) {
    this.code = code;
    this.meaning = meaning;
  }

  static ExitCode of(Problem problem) {
    return Code.find(problem.code()).map(ExitCode::of).orElse(FAILED);
  }

  private static ExitCode of(Code code) {
    return switch (code) {
      case AGENT_DOWN, SERVER_AGENT_DOWN, NO_STEAD, NO_RIGHT -> NO_AGENT;
      case SSH_MISSING, SSH_HOST_KEY_UNKNOWN, SSH_HOST_KEY_CHANGED, SSH_AUTH -> NO_AGENT;
      case SSH_UNKNOWN_HOST, SSH_REFUSED, SSH_TIMEOUT, SSH_NO_ROUTE -> NO_AGENT;
      case SSH_NO_FORWARDING, SSH_CUT, SSH_FAILED -> NO_AGENT;
      case LEASE_HELD -> BUSY;
      case USAGE, BAD_CONFIG, NO_PROJECT -> USAGE;
      default -> FAILED;
    };
  }

  int code() {
    return code;
  }

  String meaning() {
    return meaning;
  }
}
