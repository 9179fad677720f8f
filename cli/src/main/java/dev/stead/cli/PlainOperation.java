package dev.stead.cli;

import dev.stead.sdk.Answers;
import dev.stead.sdk.Client;
import dev.stead.sdk.Requests;
import java.io.IOException;
import picocli.CommandLine.Mixin;

/// What a command takes that changes a running app and has no options of its own.
final class PlainOperation {
  @Mixin private final ServerChoice server = new ServerChoice();
  @Mixin private final AppArgument app = new AppArgument();
  @Mixin private final WaitChoice wait = new WaitChoice();

  /// A call of the agent that begins one.
  @FunctionalInterface
  interface Begin {
    Answers.Started on(Client client, String app, Requests.Plain request) throws IOException;
  }

  /// Begins it and follows it to its end.
  ///
  /// @param done what to say when it succeeded
  /// @return the exit code
  int follow(Surroundings surroundings, Begin begin, String done) throws IOException {
    var at = server.in(surroundings);
    var name = app.name(at);
    var started = begin.on(at.client(), name, new Requests.Plain(wait.time()));
    return new Operation(at).follow(name, started, done);
  }
}
