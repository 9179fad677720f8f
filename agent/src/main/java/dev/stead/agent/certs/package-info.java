/// Certificates from CAs that speak ACME (RFC 8555): the accounts there, one order at a time, and
/// what of it outlives the agent. A certificate that works is never given up for one that is not
/// there yet. Nothing in the agent calls this part yet: `https` is served with what the edge signs
/// itself.
///
/// Start reading at [dev.stead.agent.certs.Issuance].
@NullMarked
package dev.stead.agent.certs;

import org.jspecify.annotations.NullMarked;
