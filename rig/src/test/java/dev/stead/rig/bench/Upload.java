package dev.stead.rig.bench;

import dev.stead.rig.SpringShop;
import dev.stead.rig.host.Project;
import dev.stead.rig.host.SocketMeter;
import dev.stead.rig.host.Stead;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.regex.Pattern;

/// `bench/upload`: two clean builds of a Spring Boot app with one class changed between them, sent
/// by Stead and by rsync.
final class Upload {
  private static final Pattern BYTES = Pattern.compile("Total bytes (?:sent|received): ([\\d,]+)");

  private Upload() {}

  /// What one way of sending a tree cost.
  private record Cost(long bytes, Duration time) {
    void print(String what) {
      System.out.printf("%-40s %12d bytes %7d ms%n", what, bytes, time.toMillis());
    }
  }

  static void measure(Bars bars) throws IOException, InterruptedException {
    try (var project = SpringShop.project();
        var received = Project.empty();
        var stead = Stead.fresh()) {
      SpringShop.build(project);
      project.write("stead.toml", SpringShop.CONFIG);
      rsync(project, received).print("rsync, everything");
      stead.up(project);
      try (var meter = stead.meter()) {
        rsync(project, received).print("rsync, unchanged");
        var unchanged = stead(stead, project, meter);
        unchanged.print("stead, unchanged");
        SpringShop.change(project, "open", "closed");
        SpringShop.build(project);
        rsync(project, received).print("rsync, one class changed, clean build");
        var changed = stead(stead, project, meter);
        changed.print("stead, one class changed, clean build");
        bars.atMost("one-class-changed", changed.bytes(), "bytes", 1_000_000);
        bars.atMost("unchanged", unchanged.bytes(), "bytes", 100_000);
      }
    }
  }

  /// Counts both directions: rsync asks with the receiver's checksums, Stead with chunk names.
  private static Cost rsync(Project from, Project to) throws IOException, InterruptedException {
    var began = System.nanoTime();
    var process =
        new ProcessBuilder(
                "rsync",
                "-az",
                "--no-whole-file",
                "--stats",
                from.directory().resolve(SpringShop.JAR).toString(),
                to.directory() + "/")
            .redirectErrorStream(true)
            .start();
    var output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    if (process.waitFor() != 0) {
      throw new IllegalStateException("rsync failed:\n" + output);
    }
    var bytes =
        BYTES
            .matcher(output)
            .results()
            .mapToLong(match -> Long.parseLong(match.group(1).replace(",", "")))
            .sum();
    return new Cost(bytes, Duration.ofNanos(System.nanoTime() - began));
  }

  private static Cost stead(Stead stead, Project project, SocketMeter meter) {
    meter.takeSentBytes();
    var said = stead.runMetered(project, "deploy").succeeded().out();
    return new Cost(meter.takeSentBytes(), step(said, "pack").plus(step(said, "upload")));
  }

  /// What a step of the CLI's took, from its last lines: `pack 1.2 s · upload 0.0 s`.
  private static Duration step(String said, String name) {
    var took = Pattern.compile(name + " ([\\d.]+) s").matcher(said);
    if (!took.find()) {
      throw new IllegalStateException("no time of '%s' in:%n%s".formatted(name, said));
    }
    return Duration.ofMillis(Math.round(Double.parseDouble(took.group(1)) * 1_000));
  }
}
