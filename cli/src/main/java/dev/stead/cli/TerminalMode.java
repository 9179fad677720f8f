package dev.stead.cli;

import dev.stead.sdk.Requests.TerminalSize;
import java.io.FileInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/// The terminal of this process switched to raw, so that every key is passed on; closing it puts
/// back what was. Done by `stty`, which every Unix has, in place of native code.
final class TerminalMode implements AutoCloseable {
  private static final Path TTY = Path.of("/dev/tty");
  private static final Pattern SIZE = Pattern.compile("(\\d+) (\\d+)");
  private static final TerminalSize USUAL = new TerminalSize(80, 24);

  private final String former;
  private final InputStream keys;

  private TerminalMode(String former, InputStream keys) {
    this.former = former;
    this.keys = keys;
  }

  static TerminalMode raw() throws IOException {
    var former = stty(List.of("-g"));
    var keys = new FileInputStream(TTY.toFile());
    stty(List.of("raw", "-echo"));
    return new TerminalMode(former, keys);
  }

  static TerminalSize size() throws IOException {
    // `stty size` prints rows first.
    var match = SIZE.matcher(stty(List.of("size")));
    return match.matches()
        ? new TerminalSize(Integer.parseInt(match.group(2)), Integer.parseInt(match.group(1)))
        : USUAL;
  }

  InputStream keys() {
    return keys;
  }

  @Override
  public void close() throws IOException {
    stty(List.of(former));
  }

  private static String stty(List<String> arguments) throws IOException {
    var process =
        new ProcessBuilder(Stream.concat(Stream.of("stty"), arguments.stream()).toList())
            .redirectInput(TTY.toFile())
            .redirectError(ProcessBuilder.Redirect.DISCARD)
            .start();
    try (var output = process.getInputStream()) {
      var printed = new String(output.readAllBytes(), StandardCharsets.US_ASCII).strip();
      int exit = process.waitFor();
      if (exit != 0) {
        throw new IOException("stty %s ended with %d".formatted(arguments, exit));
      }
      return printed;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted while stty ran", e);
    }
  }
}
