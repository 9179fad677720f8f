package dev.stead.cli;

/// The page that `stead --help` prints. Written from the table of commands, so that no command has
/// to be loaded for it.
final class Usage {
  private Usage() {}

  static String text() {
    var text =
        new StringBuilder(
            """
            Stead runs apps on a machine you own and replaces them without one failed request.

            Usage: stead COMMAND [OPTIONS]      (stead COMMAND --help says more)
            """);
    var group = "";
    for (var row : Commands.ROWS) {
      if (!row.group().equals(group)) {
        group = row.group();
        text.append('\n').append(group).append('\n');
      }
      line(text, row.name(), 14, row.summary());
    }
    text.append("\nExit codes\n");
    for (var code : ExitCode.values()) {
      line(text, String.valueOf(code.code()), 5, code.meaning());
    }
    line(text, "", 5, "run and console end with the code of the command they ran");
    text.append(
        """

        Environment
          STEAD_HOME   where Stead keeps everything (default: $XDG_DATA_HOME/stead, ~/.local/share/stead)
          NO_COLOR     when set: no colour          CI=true      no questions, plain lines
          STEAD_DEBUG  when 1: stack traces\
        """);
    return text.toString();
  }

  private static void line(StringBuilder text, String name, int width, String summary) {
    text.append("  ").append(name).repeat(' ', width - name.length()).append(summary).append('\n');
  }
}
