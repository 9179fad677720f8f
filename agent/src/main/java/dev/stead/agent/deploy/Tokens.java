package dev.stead.agent.deploy;

import dev.stead.sdk.Answers;
import dev.stead.sdk.AppConfig;
import dev.stead.sdk.AppName;
import dev.stead.sdk.Code;
import dev.stead.sdk.Problem;
import dev.stead.sdk.ProblemException;
import dev.stead.sdk.Requests;
import dev.stead.store.Commit.Mutation;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.InstantSource;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.Pattern;

/// The deploy tokens of all apps: SSH keys that may deploy one app and nothing else. The store says
/// which there are; the unix users are made to follow it, at every change and as the agent starts.
public final class Tokens {
  /// The group of the users that tokens log in as.
  public static final String GROUP = DeployUsers.GROUP;

  static final int TOKENS_MAX = 20;

  private static final Pattern KEY =
      Pattern.compile(
          "(ssh-ed25519|ssh-rsa|ecdsa-sha2-nistp(256|384|521)) [A-Za-z0-9+/]{40,1500}={0,3}");

  /// So much of the app's name stands in the user's, which has at most 32 characters.
  private static final int APP_CHARS = 11;

  private static final int HASH_CHARS = 6;

  private final Records records;
  private final DeployUsers users;
  private final Site site;
  private final InstantSource clock;
  private final Map<String, Owner> byUser = new ConcurrentHashMap<>();

  Tokens(Records records, DeployUsers users, Site site, InstantSource clock) {
    this.records = records;
    this.users = users;
    this.site = site;
    this.clock = clock;
  }

  /// What a token's user may do.
  ///
  /// @param app the one that it may deploy
  public record Owner(String app, String name) {}

  /// Whose token logs in as this user; empty for every other user.
  public Optional<Owner> owner(String user) {
    return Optional.ofNullable(byUser.get(user));
  }

  /// Makes the users those of the store's tokens, whatever an earlier agent left.
  void open() {
    if (site == Site.LAPTOP) {
      return;
    }
    try {
      users.makeGroup();
      var known = new HashSet<String>();
      for (var app : records.apps()) {
        for (var token : records.tokens(app).entrySet()) {
          var owner = new Owner(app, token.getKey());
          users.make(token.getValue().user(), token.getValue().publicKey(), comment(owner));
          byUser.put(token.getValue().user(), owner);
          known.add(token.getValue().user());
        }
      }
      for (var user : users.all()) {
        if (!known.contains(user)) {
          users.remove(user);
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException("making the users of the deploy tokens: " + e.getMessage(), e);
    }
  }

  Answers.Token create(String app, Requests.NewToken request, String actor) {
    var owner = new Owner(app, request.name());
    requireSound(owner, request.publicKey());
    var user = user(owner);
    var token = new Records.Token(user, request.publicKey(), clock.instant(), actor);
    try {
      users.make(user, request.publicKey(), comment(owner));
    } catch (IOException e) {
      throw new UncheckedIOException(
          "making the user of token %s: %s".formatted(owner, e.getMessage()), e);
    }
    var put = Records.put(Keys.token(app, owner.name()), token);
    records.commit(app, actor, "token create " + owner.name(), List.of(put));
    byUser.put(user, owner);
    return answer(owner.name(), token);
  }

  Answers.Tokens list(String app) {
    return new Answers.Tokens(
        records.tokens(app).entrySet().stream()
            .map(token -> answer(token.getKey(), token.getValue()))
            .toList());
  }

  void revoke(String app, String name, String actor) {
    var token = records.tokens(app).get(name);
    if (token == null) {
      throw new ProblemException(
          Problem.of(
              Code.NOT_FOUND,
              "revoking token %s of %s".formatted(name, app),
              "it has " + String.join(", ", records.tokens(app).keySet())));
    }
    byUser.remove(token.user());
    var delete = new Mutation.Delete(Keys.token(app, name));
    records.commit(app, actor, "token revoke " + name, List.of(delete));
    try {
      users.remove(token.user());
    } catch (IOException e) {
      throw new UncheckedIOException("removing user " + token.user() + ": " + e.getMessage(), e);
    }
  }

  private void requireSound(Owner owner, String publicKey) {
    var what = "making token %s of %s".formatted(owner.name(), owner.app());
    Rules.requireName(owner.app());
    records.requireEnvironment(AppName.of(owner.app()).environment());
    var tokens = records.tokens(owner.app());
    if (site == Site.LAPTOP) {
      throw refused(what, "tokens are logins of a server, and nobody logs in to Stead here");
    }
    if (!AppConfig.NAME.matcher(owner.name()).matches()) {
      throw refused(what, "its name must match " + AppConfig.NAME.pattern());
    }
    if (!KEY.matcher(publicKey).matches()) {
      throw refused(what, "its public key is none that OpenSSH writes");
    }
    if (tokens.containsKey(owner.name())) {
      throw refused(what, "there is one of this name");
    }
    if (tokens.size() >= TOKENS_MAX) {
      throw refused(what, "there are %d, which is the most".formatted(TOKENS_MAX));
    }
  }

  private static ProblemException refused(String what, String why) {
    return new ProblemException(Problem.of(Code.BAD_REQUEST, what, why));
  }

  private static Answers.Token answer(String name, Records.Token token) {
    return new Answers.Token(name, token.user(), token.createdAt(), token.createdBy());
  }

  private static String comment(Owner owner) {
    return "token %s of %s".formatted(owner.name(), owner.app());
  }

  private static String user(Owner owner) {
    var app = owner.app().substring(0, Math.min(APP_CHARS, owner.app().length())).replace('.', '-');
    return DeployUsers.PREFIX
        + app
        + "-"
        + hash(owner.app() + "/" + owner.name()).substring(0, HASH_CHARS);
  }

  private static String hash(String text) {
    try {
      var digest = MessageDigest.getInstance("SHA-256");
      return HexFormat.of().formatHex(digest.digest(text.getBytes(StandardCharsets.UTF_8)));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java runtime has SHA-256", e);
    }
  }
}
