package dev.stead.agent.deploy;

import dev.stead.agent.bundle.Bundles;
import dev.stead.agent.observe.LogCollector;
import dev.stead.agent.supervisor.Supervisor;
import dev.stead.agent.vault.Vault;
import dev.stead.agent.volume.Volumes;
import dev.stead.store.Store;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.function.Predicate;

/// What the apps live among: the parts that the agent's `Main` has opened before.
///
/// @param home the directory that everything of this Stead lies under
/// @param edges the directory of the edges' control sockets
/// @param site what kind of machine this is
/// @param httpPort where users reach the edge; part of the URLs that are shown
/// @param certified whether a host is served with a certificate that browsers can trust
public record Surroundings(
    Store store,
    Supervisor supervisor,
    LogCollector logs,
    Bundles bundles,
    Volumes volumes,
    Vault vault,
    Path home,
    Path edges,
    Site site,
    int httpPort,
    Predicate<String> certified,
    InstantSource clock) {}
