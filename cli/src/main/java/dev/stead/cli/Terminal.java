package dev.stead.cli;

import dev.stead.sdk.Problem;
import dev.stead.sdk.Wire;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.EnumSet;
import java.util.Optional;
import java.util.Set;

/// Where a command reads and prints. Safe for concurrent use: a line is printed whole.
final class Terminal {
  private static final int BAR_WIDTH = 24;
  private static final String CLEAR_LINE = "\r\u001b[K";

  private final InputStream in;
  private final PrintStream out;
  private final PrintStream err;
  private final Set<Feature> features;

  // Guarded by this: whether a progress bar stands on the current line.
  private boolean barShown;

  /// What can be done beside printing lines.
  enum Feature {
    /// Questions can be asked.
    PROMPTS,
    /// A line can be drawn again, for progress bars.
    BARS,
    COLOUR
  }

  Terminal(InputStream in, PrintStream out, PrintStream err, Set<Feature> features) {
    this.in = in;
    this.out = out;
    this.err = err;
    this.features = features.isEmpty() ? Set.of() : EnumSet.copyOf(features);
  }

  boolean can(Feature feature) {
    return features.contains(feature);
  }

  InputStream in() {
    return in;
  }

  /// The raw streams, for a command that is run elsewhere.
  PrintStream out() {
    return out;
  }

  PrintStream err() {
    return err;
  }

  String styled(Style style, String text) {
    return can(Feature.COLOUR) ? style.on(text) : text;
  }

  synchronized void line(String text) {
    clearBar();
    out.println(text);
    out.flush();
  }

  synchronized void error(String text) {
    clearBar();
    err.println(text);
    err.flush();
  }

  /// Prints a value as JSON on one line.
  void json(Object value) {
    line(new String(Wire.write(value), StandardCharsets.UTF_8));
  }

  /// Shows how far something is, where a bar can be drawn; nothing elsewhere.
  synchronized void bar(String label, long done, long total) {
    if (!can(Feature.BARS)) {
      return;
    }
    int filled = total == 0 ? BAR_WIDTH : (int) (BAR_WIDTH * Math.min(done, total) / total);
    var bar = "█".repeat(filled) + "░".repeat(BAR_WIDTH - filled);
    out.print(CLEAR_LINE + "  " + label + " " + bar);
    out.flush();
    barShown = true;
  }

  synchronized void clearBar() {
    if (barShown) {
      out.print(CLEAR_LINE);
      out.flush();
      barShown = false;
    }
  }

  void problem(Problem problem) {
    error(styled(Style.RED, "error: ") + styled(Style.BOLD, problem.what()));
    error("  why:  " + problem.why());
    error("  fix:  " + problem.fix());
    error("  code: " + problem.code());
    problem.details().forEach(line -> error("    " + line));
  }

  /// Asks and waits for a line; empty when none can be had.
  Optional<String> ask(String question) throws IOException {
    if (!can(Feature.PROMPTS)) {
      return Optional.empty();
    }
    synchronized (this) {
      clearBar();
      out.print(question + " ");
      out.flush();
    }
    var line = new BufferedReader(new InputStreamReader(in, StandardCharsets.UTF_8)).readLine();
    return Optional.ofNullable(line).map(String::strip);
  }

  /// Asks for yes or no; an empty answer is yes, no terminal is no.
  boolean confirms(String question) throws IOException {
    return ask(question + " [Y/n]")
        .map(
            answer -> answer.isEmpty() || answer.toLowerCase(java.util.Locale.ROOT).startsWith("y"))
        .orElse(false);
  }
}
