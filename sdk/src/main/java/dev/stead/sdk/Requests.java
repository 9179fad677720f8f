package dev.stead.sdk;

import io.avaje.jsonb.Json;
import io.avaje.jsonb.Json.Naming;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;

/// The bodies of requests that change something. Each carries `waitFor`: how long to wait for the
/// app's lease when another operation holds it; empty means to be refused at once.
public final class Requests {
  private Requests() {}

  /// `POST /v1/apps/APP/deploy`
  ///
  /// @param bundle the bundle's name, uploaded before
  /// @param message why, in the deployer's words
  /// @param canary run it beside what is live, for so many of a hundred visitors; empty = in its
  ///   place
  @Json(naming = Naming.LowerHyphen)
  public record Deploy(
      String bundle,
      AppConfig config,
      Optional<String> message,
      Optional<Duration> waitFor,
      Optional<Integer> canary) {
    public Deploy {
      Objects.requireNonNull(bundle, "bundle is missing");
      Objects.requireNonNull(config, "config is missing");
    }
  }

  /// `POST /v1/apps/APP/rollback`
  ///
  /// @param release the one to go back to; empty = the one before
  /// @param secretsToo take the secrets' values of that release as well
  @Json(naming = Naming.LowerHyphen)
  public record Rollback(
      Optional<Integer> release, boolean secretsToo, Optional<Duration> waitFor) {}

  /// `POST /v1/apps/APP/promote`
  ///
  /// @param from the environment where what is to be promoted runs
  /// @param ours keys of the config that both environments changed and that stay as they are here,
  ///   such as `variables.COLOR`; [#ALL] for all that are not named
  /// @param theirs keys that are taken from the other environment
  @Json(naming = Naming.LowerHyphen)
  public record Promote(
      String from, Set<String> ours, Set<String> theirs, Optional<Duration> waitFor) {
    public static final String ALL = "*";

    public Promote {
      Objects.requireNonNull(from, "from is missing");
      Objects.requireNonNull(ours, "ours is missing");
      Objects.requireNonNull(theirs, "theirs is missing");
      ours = Set.copyOf(ours);
      theirs = Set.copyOf(theirs);
    }
  }

  /// `POST /v1/apps/APP/scale`
  ///
  /// @param instances wanted number by process type; types not named stay
  @Json(naming = Naming.LowerHyphen)
  public record Scale(SortedMap<String, Integer> instances, Optional<Duration> waitFor) {
    public Scale {
      Objects.requireNonNull(instances, "instances is missing");
    }
  }

  /// `POST /v1/apps/APP/restart`, `…/stop`, `…/start`, `…/pause`, `…/resume`, `…/canary/promote`,
  /// `…/canary/abort`
  @Json(naming = Naming.LowerHyphen)
  public record Plain(Optional<Duration> waitFor) {}

  /// `POST /v1/apps/APP/maintenance`
  @Json(naming = Naming.LowerHyphen)
  public record Maintenance(boolean on, Optional<Duration> waitFor) {}

  /// `POST /v1/apps/APP/canary`
  ///
  /// @param percent how many of a hundred visitors get the canary from now on, 0 … 100
  @Json(naming = Naming.LowerHyphen)
  public record Canary(int percent, Optional<Duration> waitFor) {}

  /// `POST /v1/apps/APP/env` and `…/secrets`. With an app that is live this makes a new release.
  @Json(naming = Naming.LowerHyphen)
  public record Variables(Map<String, String> set, Set<String> unset, Optional<Duration> waitFor) {
    public Variables {
      Objects.requireNonNull(set, "set is missing");
      Objects.requireNonNull(unset, "unset is missing");
    }
  }

  /// `POST /v1/environments`: makes an environment.
  ///
  /// @param parent the environment that its apps and their config come from
  /// @param name `[a-z][a-z0-9-]{0,38}`
  /// @param withSecrets copy the secrets, too
  @Json(naming = Naming.LowerHyphen)
  public record Fork(String parent, String name, boolean withSecrets) {
    public Fork {
      Objects.requireNonNull(parent, "parent is missing");
      Objects.requireNonNull(name, "name is missing");
    }
  }

  /// `POST /v1/apps/APP/tokens`
  ///
  /// @param publicKey as OpenSSH writes it: kind and key, without a comment
  @Json(naming = Naming.LowerHyphen)
  public record NewToken(String name, String publicKey) {
    public NewToken {
      Objects.requireNonNull(name, "name is missing");
      Objects.requireNonNull(publicKey, "public-key is missing");
    }
  }

  /// `POST /v1/certs/order` and `POST /v1/certs/renew`; the answer waits for the CA.
  @Json(naming = Naming.LowerHyphen)
  public record CertHost(String host) {
    public CertHost {
      Objects.requireNonNull(host, "host is missing");
    }
  }

  /// `POST /v1/certs`: a certificate of one's own. It serves every host that it bears.
  ///
  /// @param chainPem itself, then those that lead to the CA, each as a PEM block
  /// @param keyPem its private key, PKCS#8 as a PEM block
  @Json(naming = Naming.LowerHyphen)
  public record OwnCertificate(String chainPem, String keyPem) {
    public OwnCertificate {
      Objects.requireNonNull(chainPem, "chain-pem is missing");
      Objects.requireNonNull(keyPem, "key-pem is missing");
    }

    /// Without the key.
    @Override
    public String toString() {
      return "OwnCertificate";
    }
  }

  /// `POST /v1/apps/APP/runs`
  ///
  /// @param command program and arguments
  /// @param terminal give it a terminal of this size; without one its streams stay apart
  @Json(naming = Naming.LowerHyphen)
  public record Run(List<String> command, Optional<TerminalSize> terminal) {
    public Run {
      Objects.requireNonNull(command, "command is missing");
      command = List.copyOf(command);
    }
  }

  @Json(naming = Naming.LowerHyphen)
  public record TerminalSize(int columns, int rows) {}

  /// Which log lines are asked for.
  ///
  /// @param since only lines at most this old
  /// @param lines the last so many; all when empty
  /// @param grep a regular expression (java.util.regex)
  public record LogQuery(
      boolean follow,
      Optional<Duration> since,
      Optional<Integer> release,
      Optional<String> process,
      Optional<String> grep,
      Optional<Integer> lines) {}
}
