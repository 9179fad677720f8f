package dev.stead.agent.supervisor;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Stream;

/// The machine's processes as `/proc` shows them. A process that ends while it is read counts as
/// gone.
final class Processes {
  private static final Path PROC = Path.of("/proc");
  private static final long PAGE_BYTES = 4096; // on x86-64
  private static final String LISTENING = "0A";

  private Processes() {}

  /// A line of the process table.
  record Entry(
      long number, char state, long parent, long session, long startTime, long residentBytes) {
    boolean zombie() {
      return state == 'Z' || state == 'X';
    }
  }

  static Optional<Entry> entry(long number) {
    return read(PROC.resolve(number + "/stat")).map(stat -> parse(number, stat));
  }

  /// `PID (NAME) STATE PPID …`; the name may hold blanks and brackets, so the last bracket counts.
  private static Entry parse(long number, String stat) {
    String[] fields = stat.substring(stat.lastIndexOf(')') + 2).split(" ", -1);
    return new Entry(
        number,
        fields[0].charAt(0),
        Long.parseLong(fields[1]),
        Long.parseLong(fields[3]),
        Long.parseLong(fields[19]),
        Long.parseLong(fields[21]) * PAGE_BYTES);
  }

  /// Every process that is no zombie.
  static List<Entry> all() {
    List<Entry> entries = new ArrayList<>();
    try (DirectoryStream<Path> directories = Files.newDirectoryStream(PROC, "[0-9]*")) {
      for (Path directory : directories) {
        entry(Long.parseLong(directory.getFileName().toString()))
            .filter(entry -> !entry.zombie())
            .ifPresent(entries::add);
      }
    } catch (IOException e) {
      throw new UncheckedIOException("cannot list the processes in " + PROC, e);
    }
    return entries;
  }

  /// The value of a variable in the environment that a process was started with, where this user
  /// may read it.
  static Optional<String> startedWith(long number, String variable) {
    String name = variable + "=";
    return read(PROC.resolve(number + "/environ")).stream()
        .flatMap(environment -> Stream.of(environment.split("\0", -1)))
        .filter(entry -> entry.startsWith(name))
        .map(entry -> entry.substring(name.length()))
        .findFirst();
  }

  /// The processes that a predicate picks.
  static Set<Long> where(Predicate<Entry> wanted) {
    Set<Long> numbers = new HashSet<>();
    all().stream().filter(wanted).map(Entry::number).forEach(numbers::add);
    return numbers;
  }

  /// Memory of a process with what it shares divided among those who share it; its resident memory
  /// where that is not told.
  static long proportionalBytes(long number) {
    return read(PROC.resolve(number + "/smaps_rollup")).stream()
        .flatMap(String::lines)
        .filter(line -> line.startsWith("Pss:"))
        .map(line -> line.replaceAll("[^0-9]", ""))
        .mapToLong(kibibytes -> Long.parseLong(kibibytes) << 10)
        .findFirst()
        .orElseGet(() -> entry(number).map(Entry::residentBytes).orElse(0L));
  }

  /// The TCP ports that any of the processes listens on.
  static Set<Integer> listeningPorts(Set<Long> processes) {
    Set<String> sockets = new HashSet<>();
    processes.forEach(process -> addSockets(process, sockets));
    Set<Integer> ports = new HashSet<>();
    if (!sockets.isEmpty()) {
      addPorts(PROC.resolve("net/tcp"), sockets, ports);
      addPorts(PROC.resolve("net/tcp6"), sockets, ports);
    }
    return ports;
  }

  private static void addSockets(long process, Set<String> inodes) {
    try (DirectoryStream<Path> open = Files.newDirectoryStream(PROC.resolve(process + "/fd"))) {
      for (Path descriptor : open) {
        String target = linkTarget(descriptor);
        if (target.startsWith("socket:[")) {
          inodes.add(target.substring("socket:[".length(), target.length() - 1));
        }
      }
    } catch (IOException e) {
      return; // it ended, or belongs to another user: nothing to see either way
    }
  }

  static String linkTarget(Path link) {
    try {
      return Files.readSymbolicLink(link).toString();
    } catch (IOException e) {
      return ""; // closed since it was listed
    }
  }

  /// Columns of a line: number, local address and port in hex, remote, state, …, inode at 9.
  private static void addPorts(Path table, Set<String> inodes, Set<Integer> ports) {
    read(table).stream()
        .flatMap(String::lines)
        .map(line -> line.strip().split(" +", -1))
        .filter(columns -> columns.length > 9 && columns[3].equals(LISTENING))
        .filter(columns -> inodes.contains(columns[9]))
        .map(columns -> columns[1].substring(columns[1].lastIndexOf(':') + 1))
        .forEach(port -> ports.add(Integer.parseInt(port, 16)));
  }

  /// What a number file of the kernel says; empty where there is no such file, or it holds a word.
  static OptionalLong number(Path file) {
    return read(file)
        .map(String::strip)
        .filter(text -> text.matches("[0-9]+"))
        .map(text -> OptionalLong.of(Long.parseLong(text)))
        .orElseGet(OptionalLong::empty);
  }

  static Optional<String> read(Path file) {
    try {
      return Optional.of(new String(Files.readAllBytes(file), StandardCharsets.UTF_8));
    } catch (IOException e) {
      return Optional.empty();
    }
  }
}
