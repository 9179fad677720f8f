/// The vault: what encrypts everything secret that lies in the store, apps' secrets and private
/// keys alike.
///
/// Start reading at [dev.stead.agent.vault.Vault].
@NullMarked
package dev.stead.agent.vault;

import org.jspecify.annotations.NullMarked;
