package dev.stead.edge;

import dev.stead.edge.http.Bounds;
import dev.stead.edge.http.Proxies;
import dev.stead.sdk.Wire;
import io.avaje.jsonb.Json;
import io.avaje.jsonb.Json.Naming;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.Optional;

/// What `settings.json` says that is the edge's, where everything may be left out.
@Json(naming = Naming.LowerHyphen)
record SettingsFile(
    Optional<Integer> httpPort,
    Optional<Integer> httpsPort,
    Optional<String> httpAddress,
    Optional<Integer> connectionsMax,
    Optional<Integer> connectionsPerAddressMax,
    Optional<Long> bodyRateMin,
    Optional<Long> uploadBytesMax,
    List<String> trustedProxies,
    Optional<Boolean> proxyProtocol) {
  SettingsFile {
    trustedProxies = Objects.requireNonNullElse(trustedProxies, List.of());
  }

  static SettingsFile read(Path path) throws IOException {
    byte[] bytes;
    try {
      bytes = Files.readAllBytes(path);
    } catch (NoSuchFileException e) {
      bytes = "{}".getBytes(StandardCharsets.UTF_8);
    }
    try {
      return Wire.read(bytes, SettingsFile.class);
    } catch (IllegalArgumentException e) {
      throw new IOException("cannot read %s: %s".formatted(path, e.getMessage()), e);
    }
  }

  Bounds bounds() throws IOException {
    try {
      return new Bounds(
          connectionsMax.orElse(Bounds.DEFAULTS.connectionsMax()),
          connectionsPerAddressMax.orElse(Bounds.DEFAULTS.connectionsPerAddressMax()),
          bodyRateMin.orElse(Bounds.DEFAULTS.bodyRateMin()),
          uploadBytesMax.orElse(Bounds.DEFAULTS.uploadBytesMax()));
    } catch (IllegalArgumentException e) {
      throw new IOException("settings.json: " + e.getMessage(), e);
    }
  }

  Proxies proxies() throws IOException {
    try {
      return proxyProtocol.orElse(false)
          ? Proxies.announcing(trustedProxies)
          : Proxies.of(trustedProxies);
    } catch (IllegalArgumentException e) {
      throw new IOException("settings.json: " + e.getMessage(), e);
    }
  }
}
