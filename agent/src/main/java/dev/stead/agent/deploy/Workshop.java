package dev.stead.agent.deploy;

import dev.stead.agent.bundle.Bundles;
import dev.stead.agent.supervisor.Supervisor;
import dev.stead.agent.volume.Volumes;
import java.time.InstantSource;

/// The parts that every operation works with, made once by [Apps].
record Workshop(
    Records records,
    Supervisor supervisor,
    Bundles bundles,
    Instances instances,
    Environment environment,
    Ports ports,
    Publisher publisher,
    Pruning pruning,
    Machine machine,
    Packages packages,
    Volumes volumes,
    Hosts hosts,
    InstantSource clock) {}
