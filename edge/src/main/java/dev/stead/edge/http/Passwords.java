package dev.stead.edge.http;

import dev.stead.edge.control.Password;
import dev.stead.edge.control.Service;
import io.netty.channel.EventLoop;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import org.jspecify.annotations.Nullable;

/// Who has shown the password of a service's user (RFC 7617), as one event loop remembers it.
///
/// A password is checked on a thread of its own, since that takes milliseconds, and once: the
/// verdict is kept under a digest of what was shown, whether it was right or wrong.
final class Passwords {
  /// So many may wait to be checked; beyond that a request is turned away.
  static final int WAITING_MAX = 64;

  private static final int VERDICTS_MAX = 1_024;
  private static final String BASIC = "basic ";

  private final EventLoop loop;
  private final Executor checking;
  private final Map<String, Boolean> verdicts =
      new LinkedHashMap<>(16, 0.75f, true) {
        @Override
        protected boolean removeEldestEntry(Map.Entry<String, Boolean> eldest) {
          return size() > VERDICTS_MAX;
        }
      };

  /// @param checking runs one check after the other
  Passwords(EventLoop loop, Executor checking) {
    this.loop = loop;
    this.checking = checking;
  }

  /// What somebody says of himself.
  ///
  /// @param hash of the user's password; of somebody else's where there is no such user, so that
  ///   who guesses names does not learn them by the clock
  record Claim(String hash, String password, boolean known) {
    /// Null when nothing is said that could be checked.
    static @Nullable Claim of(List<Service.User> users, @Nullable String authorization) {
      if (authorization == null
          || !authorization.regionMatches(true, 0, BASIC, 0, BASIC.length())) {
        return null;
      }
      String[] said = decoded(authorization.substring(BASIC.length()).strip()).split(":", 2);
      if (said.length < 2) {
        return null;
      }
      for (Service.User user : users) {
        if (user.name().equals(said[0])) {
          return new Claim(user.hash(), said[1], true);
        }
      }
      return new Claim(users.getFirst().hash(), said[1], false);
    }

    private static String decoded(String base64) {
      try {
        return new String(Base64.getDecoder().decode(base64), StandardCharsets.UTF_8);
      } catch (IllegalArgumentException e) {
        return "";
      }
    }

    private boolean isRight() {
      return Password.matches(password, hash) && known;
    }

    /// Under which its verdict is kept.
    private String digest() {
      try {
        byte[] all = (known + hash + password).getBytes(StandardCharsets.UTF_8);
        return new String(
            MessageDigest.getInstance("SHA-256").digest(all), StandardCharsets.ISO_8859_1);
      } catch (NoSuchAlgorithmException e) {
        throw new IllegalStateException("every Java has SHA-256", e);
      }
    }
  }

  /// Whether the claim is right; null while nobody has checked it yet.
  @Nullable Boolean verdict(Claim claim) {
    return verdicts.get(claim.digest());
  }

  /// Has the claim checked, and then calls back on the event loop; false when too many wait.
  boolean check(Claim claim, Runnable checked) {
    try {
      checking.execute(
          () -> {
            boolean right = claim.isRight();
            loop.execute(
                () -> {
                  verdicts.put(claim.digest(), right);
                  checked.run();
                });
          });
      return true;
    } catch (RejectedExecutionException e) {
      return false;
    }
  }
}
