/// Certificates from CAs that speak ACME (RFC 8555): the accounts there, one order at a time, and
/// what of it outlives the agent. A certificate that works is never given up for one that is not
/// there yet.
///
/// Three threads: one gets what is missing or old ([dev.stead.agent.certs.Upkeep]), one keeps the
/// edge supplied ([dev.stead.agent.certs.Delivery]), one finds the hosts that only an app knows,
/// its customers' ([dev.stead.agent.certs.AskedHosts]). The ACME client's classes are loaded by an
/// order and by nothing else.
///
/// Start reading at [dev.stead.agent.certs.Certs]; an order is [dev.stead.agent.certs.Issuance].
@NullMarked
package dev.stead.agent.certs;

import org.jspecify.annotations.NullMarked;
