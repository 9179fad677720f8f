package dev.stead.edge.routing;

import dev.stead.edge.control.EdgeReport.TargetReport;
import dev.stead.edge.control.Refused;
import dev.stead.edge.control.RoutingTable;
import dev.stead.edge.control.Service;
import dev.stead.edge.disk.KeptFile;
import io.netty.util.concurrent.Ticker;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// The routing table in force and the targets it leads to.
///
/// [#apply] and [#restore] are called by one thread at a time; everything else by any.
public final class Routing {
  private final KeptFile<RoutingTable> file;
  private final Ticker ticker;
  private final List<Consumer<Router>> listeners = new CopyOnWriteArrayList<>();

  private volatile Router router = Router.empty();
  private volatile Map<Listing, Target> targets = Map.of();

  /// What makes an instance the same one in two tables.
  private record Listing(String service, Service.Target target) {}

  /// Chooses a target from a router and counts the request on it; null when there is none.
  public interface Choice {
    @Nullable Target take(Router router);
  }

  public Routing(KeptFile<RoutingTable> file, Ticker ticker) {
    this.file = file;
    this.ticker = ticker;
  }

  /// Calls back after each table that was applied, with the router now in force.
  public void onApplied(Consumer<Router> listener) {
    listeners.add(listener);
  }

  public Router router() {
    return router;
  }

  public long generation() {
    return router.generation();
  }

  /// A target with the request counted on it, chosen from the router that is in force after the
  /// counting. A request that was counted on a table just replaced is taken back and chooses again:
  /// so once [#apply] has swapped the router, whoever sees nothing in flight on a target that left
  /// knows that nothing will come (edge.md, trap 3).
  public @Nullable Target take(Choice choice) {
    while (true) {
      Router seen = router;
      Target target = choice.take(seen);
      if (target == null || seen == router) {
        return target;
      }
      target.release();
    }
  }

  /// Serves the kept table. Its targets are probed before they are trusted; when the machine was
  /// rebooted since, they are gone, and the services answer 503 until the agent pushes a table.
  ///
  /// @throws IOException when the kept table cannot be used
  public void restore(String bootId) throws IOException {
    Optional<RoutingTable> kept = file.read();
    if (kept.isEmpty()) {
      return;
    }
    RoutingTable table = kept.orElseThrow();
    List<String> problems = TableCheck.problems(table);
    if (!problems.isEmpty()) {
      throw new IOException("the kept routing table is not valid: " + String.join("; ", problems));
    }
    // systemd writes it without the hyphens of the kernel.
    boolean rebooted = !bare(table.bootId()).equals(bare(bootId));
    List<Service> services =
        rebooted
            ? table.services().stream().map(Routing::withoutTargets).toList()
            : table.services();
    // Generation 0 tells the agent that what is served is none of its tables.
    long generation = rebooted ? 0 : table.generation();
    swap(new RoutingTable(generation, table.bootId(), services), false);
  }

  private static String bare(String bootId) {
    return bootId.replace("-", "");
  }

  private static Service withoutTargets(Service service) {
    return new Service(
        service.name(),
        service.hosts(),
        service.path(),
        service.stripPath(),
        service.release(),
        List.of(),
        service.staticDir(),
        service.mode(),
        service.health(),
        service.https(),
        service.hstsMaxAge(),
        service.rules(),
        service.protocol(),
        service.limits(),
        service.forwarding(),
        Optional.empty());
  }

  /// Applies a pushed table whole or not at all. When it returns without problems, the table is on
  /// disk and no target that it leaves out takes new requests.
  ///
  /// @throws IOException when the table cannot be kept on disk; nothing has changed then
  public Optional<Refused> apply(RoutingTable table) throws IOException {
    List<String> problems = new ArrayList<>(TableCheck.problems(table));
    if (table.generation() < router.generation()) {
      problems.add(
          "generation %d is older than %d, which is in force"
              .formatted(table.generation(), router.generation()));
    }
    if (!problems.isEmpty()) {
      return Optional.of(new Refused(problems));
    }
    file.write(table);
    swap(table, true);
    return Optional.empty();
  }

  /// Puts the table in force.
  private void swap(RoutingTable table, boolean trusted) {
    Map<Listing, Target> before = targets;
    Map<String, LiveService> servedBefore = new HashMap<>();
    router.services().forEach(service -> servedBefore.put(service.listed().name(), service));
    Map<Listing, Target> listed = new HashMap<>();
    List<LiveService> services = new ArrayList<>();
    for (Service service : table.services()) {
      for (Service.Target each : allTargets(service)) {
        var listing = new Listing(service.name(), each);
        Target known = before.get(listing);
        Target target = known == null ? new Target(each, ticker) : known;
        target.comeBack();
        if (trusted) {
          target.trust();
        }
        listed.put(listing, target);
      }
      services.add(live(service, listed, servedBefore.get(service.name())));
    }
    router = new Router(table.generation(), services);
    drain(before, listed, servedBefore);
    servedBefore.values().forEach(service -> service.held().release());
    listeners.forEach(listener -> listener.accept(router));
  }

  private static List<Service.Target> allTargets(Service service) {
    List<Service.Target> all = new ArrayList<>(service.targets());
    service.canary().ifPresent(canary -> all.addAll(canary.targets()));
    return all;
  }

  private static LiveService live(
      Service service, Map<Listing, Target> listed, @Nullable LiveService before) {
    HoldQueue held = before == null ? new HoldQueue() : before.held();
    RetryBudget retries = before == null ? new RetryBudget() : before.retries();
    LiveService canary =
        service
            .ofCanary()
            .map(other -> new LiveService(other, own(other, listed), held, retries, null))
            .orElse(null);
    return new LiveService(service, own(service, listed), held, retries, canary);
  }

  private static List<Target> own(Service service, Map<Listing, Target> listed) {
    List<Target> own = new ArrayList<>();
    for (Service.Target each : service.targets()) {
      own.add(Objects.requireNonNull(listed.get(new Listing(service.name(), each))));
    }
    return own;
  }

  /// Starts the drain of what has just left, by the limits it was last listed with, and forgets
  /// what left before and has nothing in flight any more.
  private void drain(
      Map<Listing, Target> before,
      Map<Listing, Target> listed,
      Map<String, LiveService> servedBefore) {
    Map<Listing, Target> known = new HashMap<>(listed);
    long now = ticker.nanoTime();
    before.forEach(
        (listing, target) -> {
          if (listed.containsKey(listing)) {
            return;
          }
          LiveService last = servedBefore.get(listing.service());
          if (!target.draining() && last != null) {
            target.leave(Drain.begin(last.listed().limits(), now));
          }
          if (target.inFlight() > 0) {
            known.put(listing, target);
          }
        });
    targets = Map.copyOf(known);
  }

  /// Every target that is listed or has something in flight.
  public List<TargetReport> report() {
    long now = ticker.nanoTime();
    return targets.values().stream()
        .filter(target -> !target.draining() || target.inFlight() > 0)
        .map(target -> target.report(now))
        .sorted((a, b) -> a.id().compareTo(b.id()))
        .toList();
  }

  /// The services that are asleep and have requests waiting, by name.
  public List<String> awaited() {
    return router.services().stream()
        .filter(service -> service.listed().mode() == Service.Mode.ASLEEP)
        .filter(service -> service.held().waiting())
        .map(service -> service.listed().name())
        .toList();
  }

  /// Whether none of these targets has anything in flight; one that is unknown has not.
  public boolean drained(Collection<String> ids) {
    Set<String> named = new HashSet<>(ids);
    return targets.values().stream()
        .noneMatch(target -> named.contains(target.id()) && target.inFlight() > 0);
  }
}
