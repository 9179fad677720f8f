package dev.stead.sdk;

import java.util.Arrays;
import java.util.Optional;

/// Every code that Stead names a refusal or a failure by, with what `stead explain` says of it.
/// Codes are never reused. `D-` is deploying and running, `A-` the agent's API, `C-` the command
/// line; the edge's own `S-` codes stand here too, since users ask for all of them in one place.
public enum Code {
  PORT_NEVER_OPENED(
      "D-PORT-NEVER-OPENED",
      422,
      "The web process started but nothing listened on $PORT before the start timeout.",
      "Listen on the port in the environment variable PORT (host 127.0.0.1 or 0.0.0.0), or raise [rollout] start-timeout."),
  OTHER_PORT_OPENED(
      "D-OTHER-PORT-OPENED",
      422,
      "The web process listens, but on another port than $PORT.",
      "Read the environment variable PORT instead of a fixed port number."),
  HEALTH_FAILED(
      "D-HEALTH-FAILED",
      422,
      "The health path did not answer 2xx before the start timeout.",
      "Make [http] health answer 2xx once the app is ready, name another path, or set health = \"tcp\"."),
  CRASHED(
      "D-CRASHED",
      422,
      "A new instance exited before or while it had to stay up.",
      "Read the log lines below; run the same command on your machine with the same environment."),
  OUT_OF_MEMORY(
      "D-OUT-OF-MEMORY",
      422,
      "A new instance was killed because it used more memory than its limit.",
      "Raise memory in [process.NAME], or make the app use less (for Java: -Xmx below the limit)."),
  RELEASE_COMMAND_FAILED(
      "D-RELEASE-COMMAND-FAILED",
      422,
      "The [release] command did not exit with 0.",
      "Mend what its output below says and deploy again; the release before it still serves."),
  INSTALL_FAILED(
      "D-INSTALL-FAILED",
      422,
      "The [build] install command did not exit with 0.",
      "Mend what its output below says and deploy again."),
  AGENT_RESTARTED(
      "D-AGENT-RESTARTED",
      503,
      "The agent was restarted before the switch, so the rollout was undone.",
      "Deploy again; the release before it still serves."),
  CANCELLED("D-CANCELLED", 409, "The rollout was cancelled before the switch.", "Deploy again."),
  LEASE_HELD(
      "D-LEASE-HELD",
      409,
      "Another operation on this app is under way.",
      "Wait for it to end, or repeat the command with --wait."),
  NO_DISK(
      "D-NO-DISK",
      507,
      "There is not enough free disk space for this release.",
      "Free space, or lower the number of kept releases."),
  NO_MEMORY(
      "D-NO-MEMORY",
      507,
      "The server has too little free memory for this release, even with the old one stopped.",
      "Lower memory in [process.NAME] or the number of instances, or use a larger server."),
  NO_PORT(
      "D-NO-PORT", 507, "Every port of Stead's range is in use.", "Stop apps that are not needed."),
  NO_CPU_FEATURE(
      "D-NO-CPU-FEATURE",
      422,
      "The processor lacks a feature that [system] cpu-features asks for.",
      "Deploy to a server that has it, or build the app without it."),
  NO_PACKAGE(
      "D-NO-PACKAGE",
      422,
      "A system package that [system] packages asks for is not installed.",
      "Install it with the system's package manager."),
  HOST_TAKEN(
      "D-HOST-TAKEN",
      409,
      "Another app already serves this host and path.",
      "Change [http] hosts or path of one of the two."),
  BAD_CONFIG(
      "D-BAD-CONFIG",
      400,
      "The app's config cannot be used.",
      "Correct what is named and deploy again; `stead init` writes a working stead.toml."),
  NO_RELEASE(
      "D-NO-RELEASE",
      404,
      "There is no such release.",
      "`stead releases` lists those that are kept."),
  NO_APP("A-NO-APP", 404, "There is no app of this name here.", "`stead status` lists the apps."),
  NO_BUNDLE(
      "A-NO-BUNDLE",
      404,
      "The agent does not have this bundle, or not all of its chunks.",
      "Deploy again: the upload goes on where it stopped."),
  BAD_REQUEST("A-BAD-REQUEST", 400, "The request cannot be understood.", "Correct what is named."),
  NOT_FOUND("A-NOT-FOUND", 404, "There is nothing at this address.", "Correct the address."),
  TOO_LARGE("A-TOO-LARGE", 413, "What was sent exceeds a limit.", "Send less at once."),
  BUSY(
      "A-BUSY",
      503,
      "As many requests or commands are under way as the agent takes at once.",
      "Repeat it in a moment; end commands and followed logs that are not needed."),
  SECRETS_KEY(
      "A-SECRETS-KEY",
      500,
      "The key that secrets are encrypted with is missing, damaged, open to others, or not the one they were encrypted with.",
      "Put the right secrets.key back with mode 0600, or remove it and set every secret again with `stead secret set`."),
  INTERNAL(
      "A-INTERNAL",
      500,
      "The agent met a bug of its own.",
      "Report it with the agent's log around this time."),
  EDGE_DOWN(
      "A-EDGE-DOWN",
      503,
      "The edge does not answer on its control socket.",
      "See the edge's log; it is started again by itself within a second."),
  AGENT_DOWN(
      "A-AGENT-DOWN", 503, "No agent answers on its socket.", "Start Stead here with `stead up`."),
  USAGE("C-USAGE", 400, "The command line cannot be understood.", "See `stead COMMAND --help`."),
  NO_PROJECT(
      "C-NO-PROJECT",
      404,
      "There is no stead.toml where the command was given, and no --app.",
      "Change to the project's directory, name an app with --app, or write a stead.toml with `stead init`."),
  UNKNOWN_PROJECT(
      "C-UNKNOWN-PROJECT",
      404,
      "The directory holds no kind of project that `stead init` knows.",
      "Write a stead.toml by hand; docs/stead-toml.md names every key."),
  FILE_EXISTS(
      "C-FILE-EXISTS",
      409,
      "The file that was to be written is there already.",
      "Keep it, or repeat the command with --force."),
  BUILD_FAILED(
      "C-BUILD-FAILED",
      422,
      "The [build] command did not exit with 0, so nothing was uploaded.",
      "Mend what its output says and deploy again."),
  NOTHING_TO_SHIP(
      "C-NOTHING-TO-SHIP",
      422,
      "A pattern of [build] include matches no file, or a file cannot travel.",
      "Correct [build] include or .steadignore; most often the build has not made the file yet."),
  UPLOAD_CUT(
      "C-UPLOAD-CUT",
      503,
      "The upload was cut off and three further tries failed too.",
      "Deploy again: it goes on where it stopped."),
  CONNECTION_LOST(
      "C-CONNECTION-LOST",
      503,
      "The connection to the agent was lost and did not come back within 30 seconds.",
      "The agent goes on by itself: see `stead status`."),
  PORT_TAKEN(
      "C-PORT-TAKEN",
      409,
      "Another program listens on the port that Stead was to use.",
      "End that program, or choose another port with `stead up --port`."),
  NOT_STARTED(
      "C-NOT-STARTED",
      500,
      "The agent or the edge did not answer after it was started.",
      "Read the log lines below; the whole logs are agent.log and edge.log in Stead's home."),
  FILE_TROUBLE(
      "C-FILE-TROUBLE",
      500,
      "A file or directory could not be read or written.",
      "See that it exists and that its permissions allow it."),
  CLIENT_FAULT(
      "C-CLIENT-FAULT",
      500,
      "The command line met a bug of its own.",
      "Repeat it with STEAD_DEBUG=1 and report what it prints.");

  private final String id;
  private final int status;
  private final String meaning;
  private final String fix;

  Code(String id, int status, String meaning, String fix) {
    this.id = id;
    this.status = status;
    this.meaning = meaning;
    this.fix = fix;
  }

  public static Optional<Code> find(String id) {
    return Arrays.stream(values()).filter(code -> code.id.equalsIgnoreCase(id)).findFirst();
  }

  public String id() {
    return id;
  }

  /// The HTTP status that an answer with this code has.
  public int status() {
    return status;
  }

  public String meaning() {
    return meaning;
  }

  public String fix() {
    return fix;
  }
}
