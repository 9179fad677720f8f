package dev.stead.cli;

import dev.stead.cli.project.Units;
import dev.stead.cli.seed.Report;

/// What a seed does, printed as it does it.
final class SeedView implements Report {
  private final Terminal terminal;

  SeedView(Terminal terminal) {
    this.terminal = terminal;
  }

  @Override
  public void say(String word, String text) {
    terminal.line(Following.label(terminal, word) + text);
  }

  @Override
  public void sent(long done, long total) {
    terminal.bar("%s of %s".formatted(Units.sizeText(done), Units.sizeText(total)), done, total);
  }
}
