package dev.stead.agent.deploy;

import dev.stead.agent.vault.Vault;
import dev.stead.sdk.Code;
import dev.stead.sdk.Problem;
import dev.stead.sdk.ProblemException;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/// What the processes of a release find in their environment: config, then variables set by CLI,
/// then secrets, then Stead's own, each over the one before. Secrets are decrypted here and kept
/// nowhere.
final class Environment {
  private final Records records;
  private final Vault vault;

  Environment(Records records, Vault vault) {
    this.records = records;
    this.vault = vault;
  }

  /// @param secrets the revision of each secret's value
  /// @param previous the release that was live before
  SortedMap<String, String> of(
      Release release, Map<String, Long> secrets, Optional<Integer> previous) {
    var all = new TreeMap<>(release.plainEnvironment());
    secrets.forEach((name, revision) -> all.put(name, secret(release, name, revision)));
    all.putIfAbsent("HOST", "127.0.0.1");
    all.put("STEAD_APP", release.config().app());
    all.put("STEAD_ENVIRONMENT", release.environment());
    all.put("STEAD_RELEASE", String.valueOf(release.number()));
    previous.ifPresent(number -> all.put("STEAD_PREVIOUS_RELEASE", String.valueOf(number)));
    return all;
  }

  /// A secret's value as of a revision.
  String secret(Release release, String name, long revision) {
    var entry =
        records
            .secret(release.app(), name, revision)
            .orElseThrow(
                () ->
                    new ProblemException(
                        Problem.of(
                            Code.SECRETS_KEY,
                            "reading secret %s of %s".formatted(name, release.app()),
                            "the store does not have its revision " + revision)));
    var plain = vault.decrypt(release.config().app(), name, entry.value().bytes());
    return new String(plain, StandardCharsets.UTF_8);
  }
}
