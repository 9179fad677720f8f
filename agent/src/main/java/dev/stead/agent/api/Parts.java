package dev.stead.agent.api;

import dev.stead.agent.bundle.Bundles;
import dev.stead.agent.certs.Certs;
import dev.stead.agent.crush.Crush;
import dev.stead.agent.deploy.Apps;
import dev.stead.agent.keyspace.Keyspace;
import dev.stead.agent.keyspace.StoreCopy;
import dev.stead.agent.observe.LogStore;
import dev.stead.agent.supervisor.Supervisor;
import dev.stead.agent.traffic.PrometheusText;
import dev.stead.agent.traffic.Traffic;
import dev.stead.sdk.Answers;
import java.time.InstantSource;
import java.util.function.Supplier;

/// What the API gives access to.
///
/// @param status how the agent is, asked anew for each request
/// @param doctor what is well and what is not, looked at anew for each request
/// @param metrics what Prometheus is told, written anew for each request
public record Parts(
    Apps apps,
    Certs certs,
    Bundles bundles,
    Supervisor supervisor,
    LogStore logs,
    Traffic traffic,
    Keyspace keyspace,
    StoreCopy storeCopy,
    Crush crush,
    Shutdown shutdown,
    Supplier<Answers.Status> status,
    Supplier<Answers.Doctor> doctor,
    Supplier<PrometheusText> metrics,
    InstantSource clock) {}
