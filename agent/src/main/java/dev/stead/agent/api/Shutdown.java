package dev.stead.agent.api;

import dev.stead.agent.deploy.Apps;
import dev.stead.agent.supervisor.Instance;
import dev.stead.agent.supervisor.Supervisor;
import dev.stead.sdk.ProcessConfig;
import java.util.concurrent.CountDownLatch;

/// The wish to end the whole of Stead here. What is live stays so in the state, and comes up again
/// with the next agent.
public final class Shutdown {
  private final Apps apps;
  private final Supervisor supervisor;
  private final CountDownLatch begun = new CountDownLatch(1);
  private final CountDownLatch done = new CountDownLatch(1);

  public Shutdown(Apps apps, Supervisor supervisor) {
    this.apps = apps;
    this.supervisor = supervisor;
  }

  /// Blocks until everything has ended that the agent ran and whoever asked for it was told.
  public void await() throws InterruptedException {
    done.await();
  }

  /// Whether it is under way, so that nothing new may begin.
  boolean begun() {
    return begun.getCount() == 0;
  }

  /// Lets go of the apps, so that nothing is started again, and ends every instance.
  void stopAll() throws InterruptedException {
    begun.countDown();
    apps.close();
    var stopping =
        supervisor.instances().stream()
            .filter(instance -> !(instance.state() instanceof Instance.State.Stopped))
            .map(Instance::id)
            .map(id -> Thread.ofVirtual().name("stop " + id).start(() -> stop(id)))
            .toList();
    for (var thread : stopping) {
      thread.join();
    }
    apps.unmountVolumes();
  }

  void done() {
    done.countDown();
  }

  private void stop(String id) {
    supervisor.stop(id, ProcessConfig.STOP_TIMEOUT);
  }
}
