/// Certificates: those that the agent pushed ([dev.stead.edge.tls.Certificates]) and the answers to
/// CAs that want to know whether a host is ours ([dev.stead.edge.tls.Challenges]). A set is applied
/// whole or not at all; what is in force is found by host without a search.
@NullMarked
package dev.stead.edge.tls;

import org.jspecify.annotations.NullMarked;
