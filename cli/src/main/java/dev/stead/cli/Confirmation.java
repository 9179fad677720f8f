package dev.stead.cli;

import dev.stead.sdk.Code;
import dev.stead.sdk.Problem;
import dev.stead.sdk.ProblemException;
import java.io.IOException;
import java.util.Optional;
import picocli.CommandLine.Option;

/// The name of what is about to go, or to be replaced, typed once more by whoever wants that.
final class Confirmation {
  @Option(
      names = "--confirm",
      paramLabel = "NAME",
      description = "the name of what goes once more, instead of being asked for it")
  private Optional<String> given = Optional.empty();

  /// Asks for the name where it was not given.
  ///
  /// @param what what goes, as the beginning of a sentence: `Every app on box`
  /// @param doing what is under way, for the refusal
  /// @throws ProblemException `C-NOT-CONFIRMED`
  void require(Terminal terminal, String name, String what, String doing) throws IOException {
    var typed =
        given.isPresent()
            ? given
            : terminal.ask("%s will go. Type %s to go on:".formatted(what, name));
    if (!typed.equals(Optional.of(name))) {
      throw new ProblemException(
          Problem.of(
              Code.NOT_CONFIRMED,
              doing,
              typed.isEmpty() ? "nobody could be asked" : "the name typed is another"));
    }
  }
}
