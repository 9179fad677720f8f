package dev.stead.cli;

import dev.stead.sdk.Answers.Cert;
import dev.stead.sdk.Requests;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/// `stead certs`
@Command(
    description =
        "The certificates of a server. Every public host of an app gets one by itself, and a new one"
            + " in time; this shows them, asks for one now, or brings one's own.",
    mixinStandardHelpOptions = true,
    synopsisSubcommandLabel = "(list | order | renew | import)")
final class CertsCommand {
  private final Surroundings surroundings;

  CertsCommand(Surroundings surroundings) {
    this.surroundings = surroundings;
  }

  @Command(
      description =
          "Lists every certificate, and every host that wants one with what keeps it from it.",
      mixinStandardHelpOptions = true)
  int list(@Mixin ServerChoice server, @Mixin JsonChoice json) throws IOException {
    var at = server.in(surroundings);
    var answer = at.client().certs();
    if (json.wanted()) {
      at.terminal().json(answer);
    } else {
      print(at.terminal(), answer.certs());
    }
    return ExitCode.OK.code();
  }

  @Command(
      description = "Gets a certificate now for a host that has none that is valid.",
      mixinStandardHelpOptions = true)
  int order(
      @Parameters(paramLabel = "HOST", description = "whose name leads to the server") String host,
      @Mixin ServerChoice server,
      @Mixin JsonChoice json)
      throws IOException {
    var at = server.in(surroundings);
    return show(at, json, at.client().orderCert(new Requests.CertHost(host)));
  }

  @Command(
      description =
          "Gets a new certificate now. The one that serves goes on until the new one is there.",
      mixinStandardHelpOptions = true)
  int renew(
      @Parameters(paramLabel = "HOST", description = "which") String host,
      @Mixin ServerChoice server,
      @Mixin JsonChoice json)
      throws IOException {
    var at = server.in(surroundings);
    return show(at, json, at.client().renewCert(new Requests.CertHost(host)));
  }

  @Command(
      name = "import",
      description =
          "Brings a certificate of your own. It serves every host that it bears, before any that a CA"
              + " gives, and nobody renews it but you.",
      mixinStandardHelpOptions = true)
  int bring(
      @Option(
              names = "--cert",
              required = true,
              paramLabel = "FILE",
              description = "PEM: the certificate, then those that lead to its CA")
          Path chain,
      @Option(
              names = "--key",
              required = true,
              paramLabel = "FILE",
              description = "PEM: its private key in PKCS#8, ECDSA on P-256 or RSA")
          Path key,
      @Mixin ServerChoice server,
      @Mixin JsonChoice json)
      throws IOException {
    var at = server.in(surroundings);
    var request =
        new Requests.OwnCertificate(
            Files.readString(at.directory().resolve(chain)),
            Files.readString(at.directory().resolve(key)));
    var answer = at.client().importCert(request);
    if (json.wanted()) {
      at.terminal().json(answer);
    } else {
      print(at.terminal(), answer.certs());
    }
    return ExitCode.OK.code();
  }

  private static int show(Surroundings at, JsonChoice json, Cert cert) {
    if (json.wanted()) {
      at.terminal().json(cert);
    } else {
      print(at.terminal(), List.of(cert));
    }
    return ExitCode.OK.code();
  }

  private static void print(Terminal terminal, List<Cert> certs) {
    var table = new Columns();
    certs.forEach(
        cert ->
            table.row(
                cert.host(),
                cert.state().name().toLowerCase(Locale.ROOT),
                source(cert),
                cert.notAfter().map(at -> "until " + When.text(at)).orElse("-"),
                cert.renewAt().map(at -> "renewed " + When.text(at)).orElse(""),
                cert.trouble()
                    .map(
                        trouble ->
                            "%s %s; tried again %s"
                                .formatted(
                                    trouble.problem().code(),
                                    trouble.problem().why(),
                                    When.text(trouble.retryAt())))
                    .orElse("")));
    table.print(terminal);
  }

  private static String source(Cert cert) {
    return cert.authority().orElse(cert.notAfter().isPresent() ? "one's own" : "-");
  }
}
