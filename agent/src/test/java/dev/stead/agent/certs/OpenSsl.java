package dev.stead.agent.certs;

import dev.stead.sdk.Requests;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/// Certificates that a user brings, made as users make them: by the program `openssl`.
final class OpenSsl {
  private final Path directory;

  OpenSsl(Path directory) {
    this.directory = directory;
  }

  /// One that has signed itself and is valid for two days.
  ///
  /// @param key how `-newkey` calls it, with its options
  Requests.OwnCertificate make(List<String> key, String... hosts)
      throws IOException, InterruptedException {
    var names = Arrays.stream(hosts).map(host -> "DNS:" + host).collect(Collectors.joining(","));
    var command =
        Stream.of(
                List.of("openssl", "req", "-x509", "-nodes", "-days", "2", "-newkey"),
                key,
                List.of("-subj", "/CN=own", "-addext", "subjectAltName=" + names),
                List.of("-keyout", file("own.key"), "-out", file("own.pem")))
            .flatMap(List::stream)
            .toList();
    var made =
        new ProcessBuilder(command)
            .redirectErrorStream(true)
            .redirectOutput(directory.resolve("own.log").toFile())
            .start();
    if (made.waitFor() != 0) {
      throw new AssertionError(Files.readString(directory.resolve("own.log")));
    }
    return new Requests.OwnCertificate(
        Files.readString(directory.resolve("own.pem")),
        Files.readString(directory.resolve("own.key")));
  }

  private String file(String name) {
    return directory.resolve(name).toString();
  }

  /// A key that every client knows.
  static List<String> p256() {
    return List.of("ec", "-pkeyopt", "ec_paramgen_curve:prime256v1");
  }
}
