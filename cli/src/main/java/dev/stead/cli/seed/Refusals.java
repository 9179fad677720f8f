package dev.stead.cli.seed;

import dev.stead.sdk.Code;
import dev.stead.sdk.Problem;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/// Why a server cannot be seeded, judged from its probe before anything is changed.
final class Refusals {
  /// A machine sold as 512 MB shows some 470 MiB.
  static final long MEMORY_MIN = 400L << 20;

  /// Beside the program: what the agent keeps free at least, and something to work with.
  static final long DATA_MIN = 512L << 20;

  static final Duration CLOCK_OFF_MAX = Duration.ofSeconds(60);

  private static final String ARCHITECTURE = "x86_64";

  private final String server;
  private final Probe probe;
  private final List<Problem> found = new ArrayList<>();

  private Refusals(String server, Probe probe) {
    this.server = server;
    this.probe = probe;
  }

  /// Every reason at once; empty when there is none.
  ///
  /// @param missing the bytes that would be sent
  /// @param asked the time here when the probe had ended
  static List<Problem> of(String server, Probe probe, long missing, Instant asked) {
    var refusals = new Refusals(server, probe);
    refusals.system();
    refusals.rights();
    refusals.size(missing);
    refusals.ports();
    refusals.clock(asked);
    return List.copyOf(refusals.found);
  }

  /// Why stored state cannot be gone on with by a version; empty when it can, or nothing is stored.
  ///
  /// @param stored `server/state` of the version in force
  static Optional<Problem> state(String server, String stored, StateFormat version) {
    var written = StateFormat.read(stored);
    return version.follows(written)
        ? Optional.empty()
        : Optional.of(
            problem(
                Code.SEED_STATE,
                server,
                "the state there is %s, and this version reads %s"
                    .formatted(written.writes(), version.reads())));
  }

  /// That there is nothing to go back to.
  static Problem noFormer(String server, Probe probe) {
    return problem(
        Code.SEED_NO_FORMER,
        server,
        probe
            .current()
            .map(current -> current + " is the only version there")
            .orElse("Stead is not there"));
  }

  private void system() {
    var platform = Platform.of(probe);
    if (platform.isEmpty()) {
      var likes = probe.value("os.like");
      refuse(
          Code.SEED_OS,
          "it is %s (ID=%s%s)"
              .formatted(
                  probe.system(), probe.value("os.id"), likes.isEmpty() ? "" : ", like " + likes));
    }
    platform.flatMap(p -> p.refusal(probe)).ifPresent(why -> refuse(Code.SEED_OS, why));
    var arch = probe.value("arch");
    if (!arch.equals(ARCHITECTURE)) {
      refuse(Code.SEED_ARCH, "it is %s, and this distribution is %s".formatted(arch, ARCHITECTURE));
    }
    if (!probe.value("init").startsWith("systemd")) {
      refuse(Code.SEED_INIT, "its init is " + probe.value("init"));
    }
    var libc = probe.value("libc");
    if (libc.contains("musl")) {
      refuse(Code.SEED_OS, "its C library is musl, and this distribution needs glibc");
    }
    var missing = probe.value("tools.missing");
    if (!missing.isEmpty()) {
      var how = platform.map(Platform::installing).orElse("the package manager");
      refuse(Code.SEED_TOOLS, "it lacks %s (install them with %s)".formatted(missing, how));
    }
  }

  private void rights() {
    if (!probe.value("root").equals("yes")) {
      refuse(
          Code.SEED_SUDO,
          "user %s is not root, and `sudo -n true` fails".formatted(probe.value("user")));
    }
  }

  private void size(long missing) {
    if (probe.number("memory") < MEMORY_MIN) {
      refuse(
          Code.SEED_MEMORY,
          "it has %s, and at least %s are needed"
              .formatted(mebibytes(probe.number("memory")), mebibytes(MEMORY_MIN)));
    }
    // Received files become the version's by a link: nothing lies twice.
    room("/opt/stead", "free.opt", missing + (64L << 20));
    // Data that is there already has taken its room.
    room("/var/lib/stead", "free.var", probe.value("data").equals("yes") ? 0 : DATA_MIN);
  }

  private void room(String where, String key, long needed) {
    if (probe.number(key) < needed) {
      refuse(
          Code.SEED_DISK,
          "%s are free for %s, and %s are needed"
              .formatted(mebibytes(probe.number(key)), where, mebibytes(needed)));
    }
  }

  private void ports() {
    Stream.of("80", "443")
        .forEach(
            port -> {
              var holder = probe.value("port." + port);
              if (!holder.isEmpty() && !holder.equals("stead")) {
                refuse(Code.SEED_PORT, "port %s is taken by %s".formatted(port, holder));
              }
            });
  }

  private void clock(Instant asked) {
    var off = Duration.between(asked, Instant.ofEpochSecond(probe.number("time")));
    if (off.abs().compareTo(CLOCK_OFF_MAX) > 0) {
      refuse(
          Code.SEED_CLOCK,
          "its clock is %d s %s this machine's"
              .formatted(off.abs().toSeconds(), off.isNegative() ? "behind" : "ahead of"));
    }
  }

  private void refuse(Code code, String why) {
    found.add(problem(code, server, why));
  }

  private static Problem problem(Code code, String server, String why) {
    var host = server.substring(server.indexOf('@') + 1);
    var fix = code.fix().replace("root@HOST", "root@" + host).replace("HOST", server);
    return new Problem(code.id(), "seeding " + server, why, fix, List.of());
  }

  private static String mebibytes(long bytes) {
    return (bytes >> 20) + " MiB";
  }
}
