package dev.stead.agent;

import dev.stead.agent.certs.AcmeSettings;
import dev.stead.agent.certs.Authority;
import dev.stead.agent.deploy.Site;
import dev.stead.agent.observe.LogStore;
import dev.stead.sdk.Wire;
import io.avaje.jsonb.Json;
import io.avaje.jsonb.Json.Naming;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.stream.Stream;

/// What `settings.json` says, written by `stead up` and read once as the agent starts.
///
/// @param site what kind of machine this is: a server where `supervisor` is `systemd`
/// @param httpPort where users reach the edge; part of the URLs that are shown
/// @param logBytesMax what the logs of all apps may take on the disk
/// @param acme how certificates are got
/// @param crushPort where crush's API is served on the loopback address; empty for nowhere
/// @param metricsPort where `/metrics` is served there; empty for nowhere
record Settings(
    Site site,
    int httpPort,
    long logBytesMax,
    AcmeSettings acme,
    OptionalInt crushPort,
    OptionalInt metricsPort) {
  static final Settings DEFAULTS =
      new Settings(
          Site.LAPTOP,
          8080,
          256L << 20,
          AcmeSettings.DEFAULTS,
          OptionalInt.empty(),
          OptionalInt.empty());

  private static final int PORT_MAX = 65_535;

  Settings {
    if (httpPort < 0 || httpPort > PORT_MAX) {
      throw new IllegalArgumentException(
          "http-port must be 0 … %d, not %d".formatted(PORT_MAX, httpPort));
    }
    requirePort("crush-port", crushPort);
    requirePort("metrics-port", metricsPort);
    if (logBytesMax < LogStore.BUDGET_BYTES_MIN) {
      throw new IllegalArgumentException(
          "log-bytes-max must be at least %d, not %d"
              .formatted(LogStore.BUDGET_BYTES_MIN, logBytesMax));
    }
  }

  private static void requirePort(String name, OptionalInt port) {
    if (port.isPresent() && (port.getAsInt() < 1 || port.getAsInt() > PORT_MAX)) {
      throw new IllegalArgumentException(
          "%s must be 1 … %d, not %d".formatted(name, PORT_MAX, port.getAsInt()));
    }
  }

  /// The file itself, where everything may be left out.
  ///
  /// @param acmeDirectory of the CA that is asked first
  /// @param acmeSecondDirectory of the one that is asked where the first fails
  /// @param acmeRehearsalDirectory of the one where an order is rehearsed once a validation has
  ///   failed
  /// @param acmeRoot a PEM file of the root that vouches for these directories
  @Json(naming = Naming.LowerHyphen)
  record Written(
      Optional<String> supervisor,
      Optional<Integer> httpPort,
      Optional<Long> logBytesMax,
      Optional<String> acmeEmail,
      Optional<String> acmeDirectory,
      Optional<String> acmeSecondDirectory,
      Optional<String> acmeRehearsalDirectory,
      Optional<String> acmeRoot,
      Optional<Boolean> acmePreflight,
      Optional<Integer> crushPort,
      Optional<Integer> metricsPort) {
    Settings settings() {
      return new Settings(
          supervisor.map(Settings::site).orElse(DEFAULTS.site),
          httpPort.orElse(DEFAULTS.httpPort),
          logBytesMax.orElse(DEFAULTS.logBytesMax),
          acme(),
          crushPort.map(OptionalInt::of).orElseGet(OptionalInt::empty),
          metricsPort.map(OptionalInt::of).orElseGet(OptionalInt::empty));
    }

    /// Another CA's orders are rehearsed where it says, and nowhere else.
    private AcmeSettings acme() {
      var usual = AcmeSettings.DEFAULTS;
      var named =
          Stream.of(acmeDirectory, acmeSecondDirectory)
              .flatMap(Optional::stream)
              .map(this::authority)
              .toList();
      var rehearsal = acmeRehearsalDirectory.map(this::authority);
      return new AcmeSettings(
          named.isEmpty() ? usual.authorities() : named,
          named.isEmpty() ? rehearsal.or(usual::rehearsal) : rehearsal,
          acmeEmail,
          acmePreflight.orElse(true));
    }

    private Authority authority(String directory) {
      return new Authority(URI.create(directory), acmeRoot.map(Path::of));
    }
  }

  private static Site site(String supervisor) {
    return switch (supervisor) {
      case "process" -> Site.LAPTOP;
      case "systemd" -> Site.SERVER;
      default ->
          throw new IllegalArgumentException(
              "supervisor must be 'process' or 'systemd', not '%s'".formatted(supervisor));
    };
  }

  /// Reads the file; the defaults where there is none.
  ///
  /// @throws IllegalArgumentException when it cannot be used; the message names the file
  static Settings read(Path file) throws IOException {
    try {
      return Wire.read(Files.readAllBytes(file), Written.class).settings();
    } catch (NoSuchFileException e) {
      return DEFAULTS;
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException("%s: %s".formatted(file, e.getMessage()), e);
    }
  }
}
