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
  VOLUME(
      "D-VOLUME",
      500,
      "A volume could not be made, copied or put in the place of another.",
      "Mend what is named; `stead volumes list` shows them. What the volume held is still there."),
  HOST_TAKEN(
      "D-HOST-TAKEN",
      409,
      "Another app already serves this host and path.",
      "Change [http] hosts or path of one of the two."),
  CERT_VALIDATION(
      "D-CERT-VALIDATION",
      422,
      "The CA looked whether the host is served here and did not find its question answered.",
      "See that the host's DNS leads to this server and that port 80 is open to the world; what the CA saw is said above."),
  CERT_QUOTA(
      "D-CERT-QUOTA", 429, "The CA's limits leave no room.", "Wait until the time that is named."),
  CERT_AUTHORITY(
      "D-CERT-AUTHORITY",
      502,
      "The CA could not be reached, or refused.",
      "See that the server reaches the CA's directory, and read what it said."),
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
  TOKEN_SCOPE(
      "A-TOKEN-SCOPE",
      403,
      "A deploy token may deploy one app and nothing else.",
      "Use your own login for this; `stead token list` shows which tokens there are."),
  INTERNAL(
      "A-INTERNAL",
      500,
      "The agent met a bug of its own.",
      "Report it with the agent's log around this time."),
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
  SSH_MISSING(
      "C-SSH-MISSING",
      500,
      "The program ssh could not be started.",
      "Install OpenSSH's client (Debian: package openssh-client)."),
  SSH_HOST_KEY_UNKNOWN(
      "C-SSH-HOST-KEY-UNKNOWN",
      502,
      "The server's host key is not known here, and nobody could be asked about it.",
      "Run `ssh HOST true` once and compare the fingerprint with the one your provider shows, or add the key to ~/.ssh/known_hosts."),
  SSH_HOST_KEY_CHANGED(
      "C-SSH-HOST-KEY-CHANGED",
      502,
      "The server has another host key than the one known here: it was set up anew, or somebody else answers in its place.",
      "Find out which. Only when it was set up anew: remove the old key with the ssh-keygen command below."),
  SSH_AUTH(
      "C-SSH-AUTH",
      502,
      "The server did not let this user in.",
      "See that `ssh HOST true` works: the user name, and a key that the server knows (ssh-add -l lists yours; ssh-copy-id HOST installs one)."),
  SSH_UNKNOWN_HOST(
      "C-SSH-UNKNOWN-HOST",
      502,
      "The name of the server has no address.",
      "Correct the name, or give it an entry in ~/.ssh/config or DNS."),
  SSH_REFUSED(
      "C-SSH-REFUSED",
      502,
      "Nobody listens on the server's ssh port.",
      "See that sshd runs there, and on which port: a port other than 22 belongs into ~/.ssh/config."),
  SSH_TIMEOUT(
      "C-SSH-TIMEOUT",
      504,
      "The server did not answer in time.",
      "See that it is on, that the address is right, and that no firewall drops the connection."),
  SSH_NO_ROUTE(
      "C-SSH-NO-ROUTE",
      502,
      "There is no way to the server's network from here.",
      "See that this machine is online and that the address is right."),
  SSH_NO_FORWARDING(
      "C-SSH-NO-FORWARDING",
      502,
      "The server's sshd forbids forwarding to sockets, which commands reach the agent by.",
      "On the server set `AllowStreamLocalForwarding yes` and take `DisableForwarding` out of /etc/ssh/sshd_config, then `systemctl reload ssh`."),
  SSH_CUT(
      "C-SSH-CUT",
      503,
      "The connection to the server was lost on the way.",
      "Run the same command again: it goes on where it stopped."),
  SSH_FAILED(
      "C-SSH-FAILED",
      502,
      "ssh ended without a connection.",
      "See that `ssh HOST true` works; `ssh -v HOST true` says more."),
  NO_STEAD(
      "C-NO-STEAD",
      503,
      "The server can be reached, but Stead is not on it.",
      "Run `stead seed HOST`, or name another server with --server."),
  NO_RIGHT(
      "C-NO-RIGHT",
      403,
      "The user on the server may not talk to its agent.",
      "Log in as root or as a member of the group stead: `sudo usermod -aG stead USER` on the server, then try again; `stead seed` as that user adds it, too."),
  SERVER_AGENT_DOWN(
      "C-SERVER-AGENT-DOWN",
      503,
      "The server can be reached and has Stead, but its agent does not answer.",
      "Look at `ssh HOST systemctl status stead-agent` and its log, `ssh HOST sudo journalctl -u stead-agent`; `stead seed HOST` mends an installation."),
  SEED_OS(
      "C-SEED-OS",
      422,
      "The server runs a system that this version does not know how to seed.",
      "Use Debian 11, 12 or 13, or Ubuntu 22.04, 24.04 or 26.04. Another system is one class: see `Platform` in dev.stead.cli.seed."),
  SEED_ARCH(
      "C-SEED-ARCH",
      422,
      "The server has another processor architecture than this distribution.",
      "Use a server of the distribution's architecture."),
  SEED_INIT(
      "C-SEED-INIT",
      422,
      "The server is not run by systemd, which starts and keeps agent, edge and apps there.",
      "Use a system that boots with systemd; in a container that is rarely so."),
  SEED_MEMORY(
      "C-SEED-MEMORY",
      507,
      "The server has too little memory.",
      "Use a server with at least 512 MB."),
  SEED_DISK(
      "C-SEED-DISK",
      507,
      "The server has too little free disk space.",
      "Free some: `ssh HOST df -h` shows where it is, `ssh HOST sudo apt-get clean` gives packages' archives back."),
  SEED_PORT(
      "C-SEED-PORT",
      409,
      "A port that the edge is to serve on is taken.",
      "End that program and keep it from starting again (`systemctl disable --now NAME`), or deploy what it serves with Stead."),
  SEED_CLOCK(
      "C-SEED-CLOCK",
      422,
      "The server's clock and this machine's differ by more than 60 s; one of them is wrong.",
      "Set it: on the server `timedatectl set-ntp true`, or install chrony."),
  SEED_SUDO(
      "C-SEED-SUDO",
      403,
      "Seeding needs root, or a user with passwordless sudo.",
      "Name root (`stead seed root@HOST`), or give the user sudo without a password: a line `USER ALL=(ALL) NOPASSWD: ALL` by visudo."),
  SEED_TOOLS(
      "C-SEED-TOOLS",
      422,
      "The server lacks programs that seeding needs.",
      "Install what is named; Debian has all of it in coreutils, util-linux, gzip, findutils, mawk and passwd."),
  SEED_BUSY(
      "C-SEED-BUSY",
      409,
      "Another seed of this server is under way.",
      "Wait for it to end; should it have lost its connection, it ends by itself within a minute."),
  SEED_STATE(
      "C-SEED-STATE",
      409,
      "The state that is stored on the server cannot be read by the version that was to be in force.",
      "Seed with a version that reads it; what is there goes on as it is."),
  SEED_NO_FORMER(
      "C-SEED-NO-FORMER",
      404,
      "There is no version before the one in force.",
      "Seed with the distribution that is wanted."),
  SEED_DAMAGED(
      "C-SEED-DAMAGED",
      500,
      "What arrived on the server is not what was sent; it has been removed.",
      "Run the same command again. When it repeats, look at the server's disk and memory."),
  SEED_STEP(
      "C-SEED-STEP",
      500,
      "A step of the seed failed on the server.",
      "Mend what it says below and run the same command again: it goes on where it stopped."),
  SEED_NOT_STARTED(
      "C-SEED-NOT-STARTED",
      500,
      "Agent or edge did not answer after they were started on the server.",
      "Look at `ssh HOST sudo journalctl -u 'stead-*' -n 50`, mend what it says and run the same command again."),
  NOT_CONFIRMED(
      "C-NOT-CONFIRMED",
      400,
      "What cannot be undone was not confirmed.",
      "Type the name that is asked for, or give it as --confirm NAME in scripts."),
  FILE_TROUBLE(
      "C-FILE-TROUBLE",
      500,
      "A file or directory could not be read or written.",
      "See that it exists and that its permissions allow it."),
  CLIENT_FAULT(
      "C-CLIENT-FAULT",
      500,
      "The command line met a bug of its own.",
      "Repeat it with STEAD_DEBUG=1 and report what it prints."),
  EDGE_FRAMING(
      "S-400-FRAMING",
      400,
      "The request could be read in more than one way, or in none; the page names the clause of RFC 9112 it breaks.",
      "Mend the client: nothing of the request reached an app."),
  EDGE_ROUTE(
      "S-404-ROUTE",
      404,
      "No app serves this host and path.",
      "Check the address; `stead status` lists each app's hosts."),
  EDGE_FILE(
      "S-404-FILE",
      404,
      "The app is files only, and this is none of them.",
      "Check the address and [static] dir; names that begin with a dot and links out of the directory are never served."),
  EDGE_METHOD(
      "S-405-METHOD",
      405,
      "The app is files only, and files answer GET and HEAD alone.",
      "Ask with GET, or give the app a web process."),
  EDGE_HEAD_TIMEOUT(
      "S-408-HEAD",
      408,
      "The request's head did not come within 10 s.",
      "Mend the client or its network."),
  EDGE_BODY_TIMEOUT(
      "S-408-BODY",
      408,
      "The request's body stopped coming for 60 s.",
      "Mend the client or its network."),
  EDGE_BODY_RATE(
      "S-408-BODY-RATE",
      408,
      "The request's body came at less than 256 bytes a second over a whole minute in which nothing else was waited for.",
      "Mend the client or its network; clients that must be this slow are let in by body-rate-min in settings.json."),
  EDGE_BODY_TOO_LARGE(
      "S-413-BODY",
      413,
      "The request's body is larger than the app allows.",
      "Send less, or raise [http] max-body."),
  EDGE_LINE_TOO_LONG(
      "S-414-LINE",
      414,
      "The request line is longer than 16 KiB.",
      "Shorten the address: put what it carries into a body."),
  EDGE_ADDRESS_FULL(
      "S-429-CONNECTIONS",
      429,
      "The client's address (of IPv6, its network of 64 bits) has as many connections open as one may, 4,096.",
      "Reuse connections. Where it is a proxy in front of this server, raise connections-per-address-max in settings.json."),
  EDGE_HEAD_TOO_LARGE(
      "S-431-HEAD",
      431,
      "The request's headers are larger than 64 KiB together.",
      "Send fewer or shorter headers; often it is cookies that have piled up."),
  EDGE_BUG(
      "S-500-EDGE",
      500,
      "The edge met a bug of its own.",
      "Report it with the edge's log around this time."),
  EDGE_REFUSED(
      "S-502-REFUSED",
      502,
      "No instance of the app accepts connections.",
      "See `stead status` and `stead logs`: the app may have crashed, or be too busy to accept."),
  EDGE_RESET(
      "S-502-RESET",
      502,
      "The app closed the connection before it answered.",
      "See `stead logs`: the app may have crashed or been killed over this request."),
  EDGE_ANSWER(
      "S-502-ANSWER",
      502,
      "What the app answered is not valid HTTP/1.1; the page says what is wrong with it.",
      "Mend the app's answer."),
  EDGE_NO_TARGET(
      "S-503-NO-TARGET",
      503,
      "No instance of the app is running.",
      "`stead status` says why; `stead start` or `stead deploy` starts it."),
  EDGE_FULL(
      "S-503-CONNECTIONS",
      503,
      "The edge has as many connections open as it takes, 8,192.",
      "Try again in a moment; if it stays so, raise connections-max in settings.json, which costs memory for each."),
  EDGE_HELD_FULL(
      "S-503-HELD-FULL",
      503,
      "The app is being replaced with its requests held, and as many wait already as may.",
      "Try again in a moment."),
  EDGE_HELD_TIMEOUT(
      "S-503-HELD-TIMEOUT",
      503,
      "The app is being replaced with its requests held, and did not come back in time.",
      "Try again; if it stays so, see `stead status` and `stead history`."),
  EDGE_MAINTENANCE(
      "S-503-MAINTENANCE",
      503,
      "The app is down for maintenance.",
      "Wait, or end the maintenance."),
  EDGE_DRAINED(
      "S-503-DRAINED",
      503,
      "The request still ran when its release had been replaced, for longer than the app allows.",
      "Raise [http] drain, or make the request shorter."),
  EDGE_TIMEOUT(
      "S-504-TIMEOUT",
      504,
      "The app did not begin to answer in time.",
      "Make the app answer sooner, or raise [http] response-timeout."),
  EDGE_CONNECT_TIMEOUT(
      "S-504-CONNECT",
      504,
      "The app did not accept a connection in time.",
      "The app is too busy to accept connections: give it more instances, or see `stead logs`."),
  EDGE_VERSION(
      "S-505-VERSION",
      505,
      "The request is of a version of HTTP that is not spoken here.",
      "Use HTTP/1.1.");

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
