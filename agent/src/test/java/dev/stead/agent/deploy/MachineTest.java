package dev.stead.agent.deploy;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// How much memory is left for apps, read from files as the kernel writes them.
final class MachineTest {
  private static final long MIB = 1L << 20;

  @TempDir private Path root;

  @BeforeEach
  void hasMoreMemoryThanItsGroupMayUse() throws IOException {
    write("proc/meminfo", "MemTotal: 4194304 kB\nMemFree: 10 kB\nMemAvailable: 2097152 kB\n");
  }

  @Test
  void withoutAGroupTheKernelsWordCounts() throws IOException {
    write("proc/self/cgroup", "0::/\n");
    assertThat(machine().availableMemoryBytes()).isEqualTo((2_048 - 64) * MIB);
  }

  @Test
  void aGroupsLimitCountsAndThePagesOfFilesAreFree() throws IOException {
    write("proc/self/cgroup", "0::/system/agent\n");
    write("cgroup/system/agent/memory.max", "max\n");
    group("cgroup/system", "memory.max", "memory.current");
    write(
        "cgroup/system/memory.stat",
        "anon 1\nfile 209715200\ninactive_file %d\nactive_file %d\n".formatted(90 * MIB, 30 * MIB));
    assertThat(machine().availableMemoryBytes()).isEqualTo((512 - 400 + 120 - 64) * MIB);
  }

  @Test
  void inVersion1AGroupsSubtreeCounts() throws IOException {
    write("proc/self/cgroup", "4:memory:/server\n0::/\n");
    group("cgroup/memory/server", "memory.limit_in_bytes", "memory.usage_in_bytes");
    write(
        "cgroup/memory/server/memory.stat",
        "inactive_file 4096\nactive_file 4096\ntotal_inactive_file %d\ntotal_active_file %d\n"
            .formatted(90 * MIB, 30 * MIB));
    group("cgroup/memory", "memory.limit_in_bytes", "memory.usage_in_bytes");
    write("cgroup/memory/memory.limit_in_bytes", "9223372036854771712\n");
    write("cgroup/memory/memory.stat", "total_inactive_file 0\n");
    assertThat(machine().availableMemoryBytes()).isEqualTo((512 - 400 + 120 - 64) * MIB);
  }

  private void group(String directory, String limit, String usage) throws IOException {
    write(directory + "/" + limit, 512 * MIB + "\n");
    write(directory + "/" + usage, 400 * MIB + "\n");
  }

  private Machine machine() {
    return new Machine(root.resolve("proc"), root.resolve("cgroup"));
  }

  private void write(String file, String text) throws IOException {
    Path path = root.resolve(file);
    Files.createDirectories(path.getParent());
    Files.writeString(path, text);
  }
}
