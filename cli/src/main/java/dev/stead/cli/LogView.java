package dev.stead.cli;

import dev.stead.sdk.Answers.LogLine;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;

/// Log lines as people read them: local time, release, instance, text.
final class LogView {
  private final Terminal terminal;
  private final DateTimeFormatter time =
      DateTimeFormatter.ofPattern("HH:mm:ss.SSS").withZone(ZoneId.systemDefault());

  LogView(Terminal terminal) {
    this.terminal = terminal;
  }

  void print(LogLine line) {
    var where = "%s v%d %s".formatted(time.format(line.at()), line.release(), line.instance());
    terminal.line(terminal.styled(Style.DIM, where + " |") + " " + line.text());
  }
}
