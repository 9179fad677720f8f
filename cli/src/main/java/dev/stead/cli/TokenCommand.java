package dev.stead.cli;

import dev.stead.cli.ssh.KeyPair;
import dev.stead.sdk.Requests;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/// `stead token`
@Command(
    description =
        "Deploy tokens: SSH keys that may deploy one app of a server and do nothing else, for CI.",
    mixinStandardHelpOptions = true,
    synopsisSubcommandLabel = "(create | list | revoke)")
final class TokenCommand {
  private final Surroundings surroundings;

  TokenCommand(Surroundings surroundings) {
    this.surroundings = surroundings;
  }

  @Command(
      description =
          "Makes a token and prints its private key, which stands nowhere else; what to do with it"
              + " is printed beside.",
      mixinStandardHelpOptions = true)
  int create(
      @Parameters(
              arity = "0..1",
              paramLabel = "NAME",
              defaultValue = "ci",
              description = "what it is for; the history names it (default: ci)")
          String token,
      @Option(
              names = {"-o", "--output"},
              paramLabel = "FILE",
              description = "write the private key there (mode 0600) instead of printing it")
          Optional<Path> output,
      @Mixin ServerChoice server,
      @Mixin AppChoice app)
      throws IOException {
    var at = server.in(surroundings);
    var name = app.name(at);
    var file = output.map(at.directory()::resolve);
    if (file.isPresent()) {
      KeyPair.requireAbsent(file.orElseThrow());
    }
    var pair = KeyPair.generate("stead token %s of %s".formatted(token, name));
    var made = at.client().createToken(name, new Requests.NewToken(token, pair.publicKey()));
    if (file.isPresent()) {
      pair.save(file.orElseThrow());
    } else {
      at.terminal().out().print(pair.privateKey());
      at.terminal().out().flush();
    }
    var host = at.server().map(chosen -> chosen.host()).orElse("HOST");
    // Beside the key, not in it: the output may go into a file or a pipe.
    at.terminal()
        .error(
            "Keep it where CI keeps its secrets. With it as the key of ssh:\n  stead deploy --server %s@%s%s"
                .formatted(made.user(), host, app.environment().argument()));
    return ExitCode.OK.code();
  }

  @Command(description = "Lists the app's tokens.", mixinStandardHelpOptions = true)
  int list(@Mixin ServerChoice server, @Mixin AppChoice app, @Mixin JsonChoice json)
      throws IOException {
    var at = server.in(surroundings);
    var answer = at.client().tokens(app.name(at));
    if (json.wanted()) {
      at.terminal().json(answer);
      return ExitCode.OK.code();
    }
    var table = new Columns();
    answer
        .tokens()
        .forEach(
            token ->
                table.row(
                    token.name(), token.user(), When.text(token.createdAt()), token.createdBy()));
    table.print(at.terminal());
    return ExitCode.OK.code();
  }

  @Command(
      description = "Takes a token's right away and ends what is logged in by it.",
      mixinStandardHelpOptions = true)
  int revoke(
      @Parameters(paramLabel = "NAME", description = "which") String token,
      @Mixin ServerChoice server,
      @Mixin AppChoice app)
      throws IOException {
    var at = server.in(surroundings);
    var name = app.name(at);
    at.client().revokeToken(name, token);
    at.terminal().line("token %s of %s is revoked".formatted(token, name));
    return ExitCode.OK.code();
  }
}
