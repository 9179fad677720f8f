package dev.stead.agent;

import dev.stead.sdk.Answers.Finding;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/// What systemd says of this machine; nothing where there is none, or where it does not keep Stead.
///
/// @param units where the units of Stead lie when systemd keeps it
record Systemd(Path units) {
  private static final List<String> NEEDED =
      List.of("stead-agent.service", "stead-edge.socket", "stead-edge-https.socket");
  private static final String CLOCK = "clock";

  static Systemd here() {
    return new Systemd(Path.of("/etc/systemd/system"));
  }

  List<Finding> findings() {
    if (Files.notExists(Path.of("/run/systemd/system"))) {
      return List.of();
    }
    var findings = new ArrayList<Finding>();
    findings.add(clock());
    if (keepsStead()) {
      NEEDED.forEach(unit -> findings.add(unit(unit)));
    }
    return findings;
  }

  /// What starts an edge that does not run.
  String startEdge() {
    return keepsStead()
        ? "`systemctl restart stead-edge.socket` on the server; `journalctl -u 'stead-edge@*'` says why it ended."
        : "`stead up` starts it again; edge.log in Stead's home says why it ended.";
  }

  private boolean keepsStead() {
    return NEEDED.stream().anyMatch(unit -> Files.exists(units.resolve(unit)));
  }

  private static Finding unit(String unit) {
    var active = says("systemctl", "is-active", unit);
    var enabled = says("systemctl", "is-enabled", unit);
    if (active.equals("active") && enabled.equals("enabled")) {
      return Finding.good(unit, "active, and started at boot");
    }
    return Finding.bad(
        unit,
        "it is %s and %s".formatted(active, enabled.isEmpty() ? "not installed" : enabled),
        "`systemctl enable --now %s` on the server.".formatted(unit));
  }

  /// A container has its host's clock, and nothing of its own that keeps it.
  private static Finding clock() {
    if (!says("systemd-detect-virt", "--container").equals("none")) {
      return Finding.good(CLOCK, "it is that of the container's host");
    }
    return says("timedatectl", "show", "--property=NTPSynchronized", "--value").equals("yes")
        ? Finding.good(CLOCK, "it is kept right over the network")
        : Finding.doubtful(
            CLOCK,
            "nothing keeps it right over the network",
            "`apt-get install systemd-timesyncd && timedatectl set-ntp true` on the server.");
  }

  /// The first line of what a command prints, whatever its exit code.
  private static String says(String... command) {
    try {
      var process =
          new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.DISCARD).start();
      process.getOutputStream().close();
      var output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      process.waitFor();
      return output.lines().findFirst().orElse("").strip();
    } catch (IOException e) {
      throw new UncheckedIOException("running " + command[0] + ": " + e.getMessage(), e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted while asking " + command[0], e);
    }
  }
}
