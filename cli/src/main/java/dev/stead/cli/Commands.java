package dev.stead.cli;

import java.util.ArrayList;
import java.util.List;

/// The table of all commands. The classes of those that are not asked for are never loaded.
final class Commands {
  private Commands() {}

  /// One line of the table.
  record Row(String group, String name, String summary) {}

  static final List<Row> ROWS =
      List.of(
          new Row("Start", "up", "start Stead here and make the project live"),
          new Row("Start", "down", "stop every app and Stead itself"),
          new Row("Start", "seed", "make a bare Debian a Stead server, or upgrade one"),
          new Row("Start", "unseed", "take Stead off a server"),
          new Row("Start", "init", "write a stead.toml for the project in this directory"),
          new Row("Release", "deploy", "build, upload and release the project without downtime"),
          new Row("Release", "canary", "try a release on more visitors, on all, or on none"),
          new Row("Release", "rollback", "bring a former release back, with its own config"),
          new Row("Release", "promote", "release in one environment what runs in another"),
          new Row("Release", "releases", "list the releases"),
          new Row("Look", "status", "show what runs"),
          new Row("Look", "logs", "show what the app printed"),
          new Row("Look", "history", "show who changed what, and when"),
          new Row("Look", "diff", "show what differs between releases, or environments"),
          new Row("Look", "doctor", "find what is wrong, and what mends it"),
          new Row("Look", "explain", "explain a code that an error named"),
          new Row("Run", "run", "run a command in the live release's context"),
          new Row("Run", "console", "open a shell in the live release's context"),
          new Row("Run", "scale", "change how many instances run"),
          new Row("Run", "restart", "replace every instance, without downtime"),
          new Row("Run", "stop", "stop the app"),
          new Row("Run", "start", "start the app again"),
          new Row("Run", "remove", "remove a stopped app"),
          new Row("Run", "pause", "let requests wait for a while"),
          new Row("Run", "resume", "let requests pass again"),
          new Row("Run", "maintenance", "show visitors a maintenance page, or end that"),
          new Row("Configure", "env", "set, unset and list plain configuration"),
          new Row("Configure", "secret", "set, unset and list secrets"),
          new Row("Configure", "token", "keys that may deploy one app and nothing else"),
          new Row("Configure", "volumes", "list, back up and restore volumes"),
          new Row("Configure", "fork", "make an environment of another one's config"),
          new Row("Configure", "environments", "list and remove environments"),
          new Row("Configure", "certs", "list, order, renew and import certificates"),
          new Row("Configure", "store", "keys with all their revisions, on branches"),
          new Row("Configure", "completion", "print a completion script for bash, zsh or fish"));

  static List<String> names() {
    var names = new ArrayList<String>();
    for (var row : ROWS) {
      names.add(row.name());
    }
    return names;
  }

  static Object make(String name, Surroundings surroundings) {
    return switch (name) {
      case "up" -> new UpCommand(surroundings);
      case "down" -> new DownCommand(surroundings);
      case "seed" -> new SeedCommand(surroundings);
      case "unseed" -> new UnseedCommand(surroundings);
      case "init" -> new InitCommand(surroundings);
      case "deploy" -> new DeployCommand(surroundings);
      case "canary" -> new CanaryCommand(surroundings);
      case "rollback" -> new RollbackCommand(surroundings);
      case "promote" -> new PromoteCommand(surroundings);
      case "releases" -> new ReleasesCommand(surroundings);
      case "status" -> new StatusCommand(surroundings);
      case "logs" -> new LogsCommand(surroundings);
      case "history" -> new HistoryCommand(surroundings);
      case "diff" -> new DiffCommand(surroundings);
      case "doctor" -> new DoctorCommand(surroundings);
      case "explain" -> new ExplainCommand(surroundings);
      case "run" -> new RunCommand(surroundings);
      case "console" -> new ConsoleCommand(surroundings);
      case "scale" -> new ScaleCommand(surroundings);
      case "restart" -> new RestartCommand(surroundings);
      case "stop" -> new StopCommand(surroundings);
      case "start" -> new StartCommand(surroundings);
      case "remove" -> new RemoveCommand(surroundings);
      case "pause" -> new PauseCommand(surroundings);
      case "resume" -> new ResumeCommand(surroundings);
      case "maintenance" -> new MaintenanceCommand(surroundings);
      case "env" -> new EnvCommand(surroundings);
      case "secret" -> new SecretCommand(surroundings);
      case "token" -> new TokenCommand(surroundings);
      case "volumes" -> new VolumesCommand(surroundings);
      case "fork" -> new ForkCommand(surroundings);
      case "environments" -> new EnvironmentsCommand(surroundings);
      case "certs" -> new CertsCommand(surroundings);
      case "store" -> new StoreCommand(surroundings);
      case "completion" -> new CompletionCommand(surroundings);
      default -> throw new IllegalArgumentException("no command " + name);
    };
  }
}
