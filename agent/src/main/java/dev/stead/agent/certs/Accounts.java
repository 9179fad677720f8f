package dev.stead.agent.certs;

import java.util.Optional;
import org.shredzone.acme4j.AccountBuilder;
import org.shredzone.acme4j.Login;
import org.shredzone.acme4j.Session;
import org.shredzone.acme4j.exception.AcmeException;

/// The accounts at the CAs. The key is in the store before the CA hears of it, and a CA that is
/// asked again for an account with a key it knows gives that account (RFC 8555, 7.3): an agent that
/// is killed in between makes no second one.
final class Accounts {
  private final CertRecords records;
  private final Optional<String> email;

  /// @param email where a CA may write to; it hears of it as the account is made
  Accounts(CertRecords records, Optional<String> email) {
    this.records = records;
    this.email = email;
  }

  /// Logs in at a CA, with an account made for it when there is none.
  Login login(Authority authority) throws AcmeException {
    var known = records.accountKey(authority);
    var pair = known.orElseGet(Keys::make);
    if (known.isEmpty()) {
      records.putAccountKey(authority, pair);
    }
    var account = new AccountBuilder().agreeToTermsOfService().useKeyPair(pair);
    email.ifPresent(account::addEmail);
    return account.createLogin(session(authority));
  }

  private static Session session(Authority authority) {
    return authority
        .trust()
        .map(root -> new Session(authority.directory(), new TrustingProvider(root)))
        .orElseGet(() -> new Session(authority.directory()));
  }
}
