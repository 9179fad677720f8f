/// What passes through the edge, release by release: read from every edge once a second, kept for
/// 14 days, and what is asked of it. In files of its own: the store keeps every revision of what it
/// holds, and numbers that nobody will ever take back need none.
///
/// [dev.stead.agent.traffic.TrafficCollector] asks the edges and hands over what they say to
/// [dev.stead.agent.traffic.Traffic], where reading starts. Knows no rollouts.
@NullMarked
package dev.stead.agent.traffic;

import org.jspecify.annotations.NullMarked;
