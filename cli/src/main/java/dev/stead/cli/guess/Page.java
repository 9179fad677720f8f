package dev.stead.cli.guess;

import java.util.stream.Collectors;

/// A guess written as a `stead.toml`, with a comment on each guessed line.
final class Page {
  private final StringBuilder text = new StringBuilder();

  private Page() {}

  static String of(Guess guess) {
    var page = new Page();
    page.head(guess);
    page.build(guess);
    page.process(guess);
    page.http(guess);
    page.env(guess);
    return page.text.toString();
  }

  private void head(Guess guess) {
    line("# Written by `stead init`, which took this for %s.".formatted(guess.kind()));
    line("# Every key: docs/stead-toml.md");
    line("app = " + quoted(guess.app()));
  }

  private void build(Guess guess) {
    if (guess.build().isEmpty() && guess.include().isEmpty() && guess.install().isEmpty()) {
      return;
    }
    section("build");
    guess.build().ifPresent(said -> key("command", said));
    guess
        .include()
        .ifPresent(
            included -> {
              comment(included.why());
              line(
                  "include = "
                      + included.patterns().stream()
                          .map(Page::quoted)
                          .collect(Collectors.joining(", ", "[", "]")));
            });
    guess.install().ifPresent(said -> key("install", said));
  }

  private void process(Guess guess) {
    guess
        .web()
        .ifPresent(
            said -> {
              section("process.web");
              key("command", said);
              line("# instances = 2");
              line("# memory = \"512M\"");
            });
    guess
        .files()
        .ifPresent(
            said -> {
              section("static");
              key("dir", said);
            });
  }

  private void http(Guess guess) {
    guess
        .health()
        .ifPresent(
            said -> {
              section("http");
              key("health", said);
              line("# hosts = [\"example.com\"]");
            });
  }

  private void env(Guess guess) {
    if (!guess.env().isEmpty()) {
      section("env");
      guess.env().forEach(this::key);
    }
  }

  private void section(String name) {
    line("");
    line("[" + name + "]");
  }

  private void key(String name, Said said) {
    comment(said.why());
    line(name + " = " + quoted(said.value()));
  }

  private void comment(String why) {
    line("# " + why);
  }

  private void line(String line) {
    text.append(line).append('\n');
  }

  private static String quoted(String value) {
    return '"' + value.replace("\\", "\\\\").replace("\"", "\\\"") + '"';
  }
}
