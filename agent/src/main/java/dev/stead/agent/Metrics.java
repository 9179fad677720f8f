package dev.stead.agent;

import dev.stead.agent.deploy.Apps;
import dev.stead.agent.traffic.PrometheusText;
import dev.stead.agent.traffic.PrometheusText.Labels;
import dev.stead.agent.traffic.Traffic;
import dev.stead.sdk.Answers.AppStatus;
import dev.stead.sdk.Answers.InstanceStatus;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/// What Prometheus is told: the traffic, and how the instances are, written anew each time.
record Metrics(String version, Apps apps, Traffic traffic) {
  private static final String RUNNING = "running";

  PrometheusText now() {
    var text = new PrometheusText();
    text.family("stead_build_info", "gauge", "The version of the agent.");
    text.sample("stead_build_info", Labels.of("version", version), 1);
    text.family("stead_edge_up", "gauge", "Whether the edge answers.");
    text.sample("stead_edge_up", Labels.NONE, apps.edge().up() ? 1 : 0);
    var statuses = apps.statuses();
    instances(text, statuses);
    traffic.expose(text);
    return text;
  }

  private static void instances(PrometheusText text, List<AppStatus> statuses) {
    text.family("stead_instance_up", "gauge", "Whether the instance runs.");
    each(text, statuses, "stead_instance_up", Metrics::up);
    text.family("stead_instance_restarts_total", "counter", "How often it ended by itself.");
    each(text, statuses, "stead_instance_restarts_total", i -> Optional.of((long) i.restarts()));
    text.family("stead_instance_memory_bytes", "gauge", "What its processes use.");
    each(text, statuses, "stead_instance_memory_bytes", InstanceStatus::memoryBytes);
  }

  private static Optional<Long> up(InstanceStatus instance) {
    return Optional.of(instance.state().equals(RUNNING) ? 1L : 0L);
  }

  private static void each(
      PrometheusText text,
      List<AppStatus> statuses,
      String name,
      Function<InstanceStatus, Optional<Long>> value) {
    for (var app : statuses) {
      for (var instance : app.instances()) {
        var labels =
            Labels.of("app", app.app())
                .and("release", Integer.toString(instance.release()))
                .and("process", instance.process())
                .and("instance_id", instance.id());
        value.apply(instance).ifPresent(found -> text.sample(name, labels, found));
      }
    }
  }
}
