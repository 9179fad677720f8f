package dev.stead.agent.deploy;

import dev.stead.agent.supervisor.TaskSpec;
import dev.stead.sdk.Answers;
import dev.stead.sdk.Event;
import dev.stead.sdk.Requests;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/// The apps of this server, and the only way to change them. Each change is an operation: it is
/// begun by one call here, runs on a thread of its own under the app's lease, survives its caller,
/// and is watched through [#events]. Safe for concurrent use.
///
/// Refusals are [dev.stead.sdk.ProblemException]s: of the request itself at once, of what is found
/// later as the operation's last event.
@SuppressWarnings("DoNotCallSuggester") // the engine lands next
public final class Apps implements AutoCloseable {
  private final Surroundings surroundings;

  public Apps(Surroundings surroundings) {
    this.surroundings = surroundings;
  }

  /// Takes the apps over from the agent before this one: adopts their instances, finishes or undoes
  /// what was under way, starts again what should run and does not, tells the edge. Called once,
  /// before any other method.
  public void recover() {
    throw new UnsupportedOperationException();
  }

  // ── operations ──

  /// Makes a bundle with a config the app's next release.
  ///
  /// @param actor who asks, from where; written into the history
  public Answers.Started deploy(String app, Requests.Deploy request, String actor) {
    throw new UnsupportedOperationException(surroundings.toString());
  }

  public Answers.Started rollback(String app, Requests.Rollback request, String actor) {
    throw new UnsupportedOperationException();
  }

  public Answers.Started scale(String app, Requests.Scale request, String actor) {
    throw new UnsupportedOperationException();
  }

  public Answers.Started restart(String app, Requests.Plain request, String actor) {
    throw new UnsupportedOperationException();
  }

  public Answers.Started stop(String app, Requests.Plain request, String actor) {
    throw new UnsupportedOperationException();
  }

  public Answers.Started start(String app, Requests.Plain request, String actor) {
    throw new UnsupportedOperationException();
  }

  public Answers.Started changeEnv(String app, Requests.Variables request, String actor) {
    throw new UnsupportedOperationException();
  }

  public Answers.Started changeSecrets(String app, Requests.Variables request, String actor) {
    throw new UnsupportedOperationException();
  }

  /// Hands over an operation's events from number `from` (0 = the first) and returns after
  /// [Event.Finished]; waits for those that have not happened yet. Works for operations of earlier
  /// agents too.
  public void events(String app, String operation, int from, Consumer<Event> each)
      throws InterruptedException {
    throw new UnsupportedOperationException();
  }

  /// Undoes an operation that has not reached its switch. One that has goes on to its end, and one
  /// that has ended stays as it is.
  public void cancel(String app, String operation) {
    throw new UnsupportedOperationException();
  }

  // ── reads ──

  public Answers.AppStatus status(String app) {
    throw new UnsupportedOperationException();
  }

  /// Every app's status, by name.
  public List<Answers.AppStatus> statuses() {
    throw new UnsupportedOperationException();
  }

  public Answers.EdgeStatus edge() {
    throw new UnsupportedOperationException();
  }

  public Answers.Releases releases(String app) {
    throw new UnsupportedOperationException();
  }

  public Answers.Env env(String app) {
    throw new UnsupportedOperationException();
  }

  public Answers.Secrets secrets(String app) {
    throw new UnsupportedOperationException();
  }

  public Answers.History history(String app) {
    throw new UnsupportedOperationException();
  }

  /// What going back would change.
  ///
  /// @param release where to; empty = the one before what is live
  public Answers.Difference rollbackDifference(String app, Optional<Integer> release) {
    throw new UnsupportedOperationException();
  }

  /// A command in the live release's own directory, environment and limits, for
  /// [dev.stead.agent.supervisor.Supervisor#run].
  public TaskSpec taskFor(String app, Requests.Run run) {
    throw new UnsupportedOperationException();
  }

  /// Lets go: operations under way stop where they are, for the next agent to finish or undo;
  /// instances run on.
  @Override
  public void close() {}
}
