package dev.stead.agent.supervisor;

import dev.stead.agent.supervisor.Standing.Wish;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/// One instance and the thread that keeps it: watches its run, says how it ended, waits, starts it
/// again.
final class KeptInstance implements KnownInstance {
  private static final System.Logger LOG = System.getLogger(KeptInstance.class.getName());

  /// How soon an end or an excess of memory is noticed.
  private static final Duration POLL = Duration.ofMillis(200);

  /// The same while its end is near and somebody waits for it.
  private static final Duration POLL_ENDING = Duration.ofMillis(10);

  /// How long the kernel may take to end what was killed.
  private static final Duration KILL_MAX = Duration.ofSeconds(30);

  private final InstanceFiles files;
  private final Launches launches;
  private final InstantSource clock;
  private final Standing standing;
  private final BackOff backOff = new BackOff(); // used by the thread alone
  private volatile @Nullable Thread thread;

  KeptInstance(InstanceSpec spec, InstanceFiles files, Launches launches, InstantSource clock) {
    this.files = files;
    this.launches = launches;
    this.clock = clock;
    this.standing = new Standing(spec, files.past());
  }

  @Override
  public void start(InstanceSpec wanted) {
    if (!standing.hold(wanted)) {
      throw new IllegalStateException("instance %s is in use".formatted(files.id()));
    }
    launchFirst(wanted);
  }

  /// Goes on keeping it where it runs, starts it where it does not.
  @Override
  public void adopt(InstanceSpec wanted) {
    if (standing.holdOrKeep(wanted)) {
      launchFirst(wanted);
    }
  }

  private void launchFirst(InstanceSpec wanted) {
    try {
      begin(launches.launch(wanted, files));
    } catch (IOException e) {
      standing.release();
      throw new UncheckedIOException(
          "cannot start instance %s: %s".formatted(files.id(), e.getMessage()), e);
    }
  }

  /// Watches a run of an earlier supervisor's until it ends, or is adopted.
  void found(LiveRun left) throws IOException {
    if (left.ended() && left.processes().isEmpty()) {
      account(left, clock.instant());
    } else {
      begin(left);
    }
  }

  private void begin(LiveRun run) {
    standing.begins(run);
    thread = Thread.ofVirtual().name("instance-" + files.id()).start(() -> keep(run));
  }

  /// The thread's whole life.
  private void keep(LiveRun first) {
    Optional<LiveRun> current = Optional.of(first);
    while (current.isPresent()) {
      try {
        current = keepThrough(current.orElseThrow());
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        standing.release();
        return;
      } catch (IOException | RuntimeException e) {
        LOG.log(System.Logger.Level.ERROR, "instance %s is watched on".formatted(files.id()), e);
        LockSupport.parkNanos(POLL.toNanos());
      }
    }
  }

  /// From the middle of one run to the beginning of the next. Empty when there is none; the
  /// instance is released then.
  private Optional<LiveRun> keepThrough(LiveRun run) throws IOException, InterruptedException {
    if (!watch(run)) {
      standing.release();
      return Optional.empty();
    }
    Instant now = clock.instant();
    Duration lasted = Duration.between(run.since(), now);
    Duration steady = standing.verdict().map(Verdict::aliveFor).orElse(lasted);
    Instant until = now.plus(backOff.after(steady));
    account(run, until);
    while (waitThrough(now, until)) {
      try {
        LiveRun next = launches.launch(standing.spec(), files);
        write(standing.beginsAgain(next));
        return Optional.of(next);
      } catch (IOException e) {
        now = clock.instant();
        until = now.plus(backOff.after(Duration.ZERO));
        write(standing.ended(new Exit.NotLaunched(now, String.valueOf(e.getMessage())), until));
      }
    }
    return Optional.empty();
  }

  /// Waits for the end of a run and of all its processes; `false` when it is let go of before.
  private boolean watch(LiveRun run) throws IOException, InterruptedException {
    boolean asked = false;
    while (true) {
      boolean ended = run.ended();
      if (ended && run.processes().isEmpty()) {
        return true;
      }
      Wish wish = standing.wish();
      if (wish.letGo()) {
        return false;
      }
      if (wish.ending() && !asked) {
        run.signal(wish.signal());
        asked = true;
      } else if (run.exceeded() || wish.overdue() || (ended && !wish.ending())) {
        run.killAll();
      }
      standing.awaitOther(wish, ended || wish.ending() ? POLL_ENDING : POLL);
    }
  }

  /// Writes down how a run ended; from then on nobody has to ask.
  private void account(LiveRun run, Instant next) throws IOException {
    Exit seen = run.conclude(clock.instant());
    Exit exit =
        standing
            .verdict()
            .<Exit>map(why -> new Exit.NotAlive(seen.at(), why.answer()))
            .orElse(seen);
    write(standing.ended(exit, next));
    files.clearRun();
  }

  /// An instance runs on when the disk is full, so that this fails is no reason to stop.
  private void write(InstanceFiles.Past past) {
    try {
      files.writePast(past);
    } catch (IOException e) {
      LOG.log(System.Logger.Level.WARNING, "the past of %s is lost".formatted(files.id()), e);
    }
  }

  /// Waits out a back-off; `false` when it is not to start again, and released. A clock that was
  /// set back ends the wait.
  private boolean waitThrough(Instant from, Instant until) throws InterruptedException {
    while (true) {
      Wish wish = standing.wish();
      if (standing.abandon()) {
        return false;
      }
      Instant now = clock.instant();
      if (!now.isBefore(until) || now.isBefore(from)) {
        return true;
      }
      standing.awaitOther(wish, POLL);
    }
  }

  @Override
  public void stop(Duration grace) {
    try {
      standing.stop(grace, KILL_MAX);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(
          "interrupted while instance %s was stopped".formatted(files.id()), e);
    }
  }

  @Override
  public void restart(Verdict why) {
    standing.condemn(why);
  }

  /// Lets it run, and ends the thread.
  void letGo() {
    standing.letGo();
    Thread ending = thread;
    try {
      if (ending != null) {
        ending.join();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /// Deletes its files.
  @Override
  public void remove() {
    if (standing.held()) {
      throw new IllegalStateException(
          "instance %s runs: stop it before it is removed".formatted(files.id()));
    }
    files.delete();
  }

  @Override
  public Instance instance() {
    OptionalLong memory = standing.run().map(LiveRun::memoryBytes).orElseGet(OptionalLong::empty);
    return standing.instance().withMemory(memory);
  }

  @Override
  public Set<Integer> listeningPorts() {
    return standing.run().map(run -> Processes.listeningPorts(run.processes())).orElse(Set.of());
  }
}
