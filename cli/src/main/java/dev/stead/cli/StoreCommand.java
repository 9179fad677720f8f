package dev.stead.cli;

import dev.stead.sdk.StoreClient.Target;
import dev.stead.sdk.StoreRequests;
import dev.stead.sdk.StoreRequests.Expected;
import dev.stead.sdk.StoreRequests.MergeMode;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/// `stead store`
@Command(
    description = "The versioned store: keys with all their revisions, on branches.",
    mixinStandardHelpOptions = true,
    synopsisSubcommandLabel =
        "(get | put | delete | list | history | diff | branches | fork | merge | revert | watch |"
            + " backup | restore | check)",
    footer = {
      "",
      "Keys under apps/, certs/ and stead/ are Stead's own: they can be read, and are changed by the"
          + " commands that are for it."
    })
final class StoreCommand {
  private final Surroundings surroundings;

  StoreCommand(Surroundings surroundings) {
    this.surroundings = surroundings;
  }

  /// The option `--message`.
  static final class Message {
    @Option(
        names = {"-m", "--message"},
        paramLabel = "TEXT",
        description = "what for; stands in the history")
    private Optional<String> text = Optional.empty();
  }

  /// Where a key is written, and under which condition.
  static final class Write {
    @Mixin private BranchChoice branch = new BranchChoice();
    @Mixin private Message message = new Message();

    @Option(
        names = "--if-revision",
        paramLabel = "N",
        description = "only if the key was last written by this revision; 0 = is not there")
    private Optional<Long> revision = Optional.empty();

    private Target target(StoreKeys keys, String key) throws IOException {
      var expected =
          revision.isPresent()
              ? keys.expected(branch.name(), key, revision.orElseThrow())
              : Expected.anything();
      return new Target(branch.name(), key, expected, message.text);
    }
  }

  /// Which side is kept of keys that changed on both.
  static final class Resolutions {
    @Option(
        names = "--ours",
        paramLabel = "KEY",
        description = "keep what the branch has that is written to")
    private List<String> ours = List.of();

    @Option(names = "--theirs", paramLabel = "KEY", description = "take what comes")
    private List<String> theirs = List.of();
  }

  @Command(
      description = "Writes the value of a key to standard output, as it is.",
      mixinStandardHelpOptions = true)
  int get(
      @Parameters(paramLabel = "KEY", description = "the key") String key,
      @Mixin PointChoice point,
      @Mixin ServerChoice server)
      throws IOException {
    return new StoreKeys(server.in(surroundings)).get(point.at(now()), key);
  }

  @Command(description = "Sets a key.", mixinStandardHelpOptions = true)
  int put(
      @Parameters(index = "0", paramLabel = "KEY", description = "the key") String key,
      @Parameters(
              index = "1",
              arity = "0..1",
              paramLabel = "VALUE",
              description = "the value; standard input to its end without it and without --file")
          Optional<String> argument,
      @Mixin Write write,
      @Mixin StoreValue value,
      @Mixin ServerChoice server)
      throws IOException {
    var keys = new StoreKeys(server.in(surroundings));
    return keys.put(write.target(keys, key), argument, value);
  }

  @Command(
      description = "Deletes a key; what it held stays in its history.",
      mixinStandardHelpOptions = true)
  int delete(
      @Parameters(paramLabel = "KEY", description = "the key") String key,
      @Mixin Write write,
      @Mixin ServerChoice server)
      throws IOException {
    var keys = new StoreKeys(server.in(surroundings));
    return keys.delete(write.target(keys, key));
  }

  @Command(description = "Lists the keys.", mixinStandardHelpOptions = true)
  int list(
      @Parameters(arity = "0..1", paramLabel = "PREFIX", description = "only keys that start so")
          Optional<String> prefix,
      @Mixin PointChoice point,
      @Mixin ServerChoice server,
      @Mixin JsonChoice json)
      throws IOException {
    return new StoreKeys(server.in(surroundings)).list(point.at(now()), prefix.orElse(""), json);
  }

  /// Whose history is asked for, and how much of it.
  static final class Past {
    @Parameters(
        arity = "0..1",
        paramLabel = "KEY",
        description = "one key, with what turns each value into the one before")
    private Optional<String> key = Optional.empty();

    @Option(names = "--prefix", paramLabel = "PREFIX", description = "all keys that start so")
    private Optional<String> prefix = Optional.empty();

    @Option(
        names = {"-n", "--lines"},
        paramLabel = "N",
        defaultValue = "20",
        description = "the last N changes, up to 100; 20 without it")
    private int limit;
  }

  @Command(
      description = "Shows who changed what and when, newest first.",
      mixinStandardHelpOptions = true)
  int history(
      @Mixin Past past,
      @Mixin PointChoice point,
      @Mixin ServerChoice server,
      @Mixin JsonChoice json)
      throws IOException {
    var store = new StoreKeys(server.in(surroundings));
    return past.key.isPresent()
        ? store.versions(point.at(now()), past.key.orElseThrow(), past.limit, json)
        : store.history(point.at(now()), past.prefix.orElse(""), past.limit, json);
  }

  /// What is compared.
  static final class Comparison {
    @Parameters(
        index = "0",
        paramLabel = "BRANCH[@TIME]",
        description = "one point: a branch, now or as at a TIME as --at takes it")
    private String left = "";

    @Parameters(
        index = "1",
        arity = "0..1",
        paramLabel = "BRANCH[@TIME]",
        description = "the other; 'production' without it")
    private String right = "";

    @Option(names = "--prefix", paramLabel = "PREFIX", description = "only keys that start so")
    private Optional<String> prefix = Optional.empty();
  }

  @Command(
      description = "Shows which keys are not the same at two points.",
      mixinStandardHelpOptions = true)
  int diff(@Mixin Comparison of, @Mixin ServerChoice server, @Mixin JsonChoice json)
      throws IOException {
    return new StoreKeys(server.in(surroundings))
        .diff(
            PastPoint.ofBranch(of.left, now()),
            PastPoint.ofBranch(of.right, now()),
            of.prefix.orElse(""),
            json);
  }

  @Command(description = "Lists the branches, or deletes one.", mixinStandardHelpOptions = true)
  int branches(
      @Option(
              names = "--delete",
              paramLabel = "NAME",
              description = "delete this one with all that was written to it")
          Optional<String> deleted,
      @Mixin ServerChoice server,
      @Mixin JsonChoice json)
      throws IOException {
    var branches = new StoreBranches(server.in(surroundings));
    return deleted.isPresent() ? branches.delete(deleted.orElseThrow()) : branches.list(json);
  }

  /// What is forked.
  static final class Forked {
    @Parameters(paramLabel = "NAME", description = "of the new branch")
    private String name = "";

    @Mixin private PointChoice from = new PointChoice();
    @Mixin private Message message = new Message();

    @Option(names = "--prefix", paramLabel = "PREFIX", description = "only keys that start so")
    private Optional<String> prefix = Optional.empty();

    @Option(names = "--key", paramLabel = "KEY", description = "only this key")
    private Optional<String> key = Optional.empty();

    private StoreRequests.Fork request(Instant now) {
      var at = from.at(now);
      return new StoreRequests.Fork(name, at.branch(), at.at(), prefix, key, message.text);
    }
  }

  @Command(
      description = "Makes a branch of --branch: nothing is copied, whatever it holds.",
      mixinStandardHelpOptions = true)
  int fork(@Mixin Forked forked, @Mixin ServerChoice server, @Mixin JsonChoice json)
      throws IOException {
    return new StoreBranches(server.in(surroundings)).fork(forked.request(now()), json);
  }

  /// What is merged.
  static final class Merging {
    @Parameters(paramLabel = "BRANCH", description = "where the changes are; it stays as it is")
    private String source = "";

    @Option(
        names = "--into",
        paramLabel = "BRANCH",
        defaultValue = "production",
        description = "where they come to; 'production' without it")
    private String target = "";

    @Option(
        names = "--mode",
        paramLabel = "MODE",
        converter = Mode.class,
        defaultValue = "three-way",
        description =
            "three-way: JSON objects member by member, all else changed on both is a conflict;"
                + " overwrite: the source's value; fast-forward: only if the target did not change")
    private MergeMode mode = MergeMode.THREE_WAY;

    @Mixin private Resolutions resolutions = new Resolutions();
    @Mixin private Message message = new Message();
  }

  @Command(
      description =
          "Brings what changed on a branch since both were last the same, in one commit. With a"
              + " conflict nothing is written, and the exit code is 1.",
      mixinStandardHelpOptions = true)
  int merge(@Mixin Merging merging, @Mixin ServerChoice server, @Mixin JsonChoice json)
      throws IOException {
    return new StoreBranches(server.in(surroundings))
        .merge(
            new StoreRequests.Merge(
                merging.source,
                merging.target,
                merging.mode,
                StoreBranches.sides(merging.resolutions.ours, merging.resolutions.theirs),
                merging.message.text),
            json);
  }

  /// What is reverted.
  static final class Reverting {
    @Parameters(
        paramLabel = "REVISION",
        converter = RevisionNumber.class,
        description = "a commit of the branch, or a merge: r17")
    private long revision;

    @Mixin private BranchChoice branch = new BranchChoice();
    @Mixin private Resolutions resolutions = new Resolutions();
    @Mixin private Message message = new Message();
  }

  @Command(
      description = "Takes back what one commit changed, and nothing that was changed since.",
      mixinStandardHelpOptions = true)
  int revert(@Mixin Reverting reverting, @Mixin ServerChoice server, @Mixin JsonChoice json)
      throws IOException {
    return new StoreBranches(server.in(surroundings))
        .revert(
            new StoreRequests.Revert(
                reverting.branch.name(),
                reverting.revision,
                StoreBranches.sides(reverting.resolutions.ours, reverting.resolutions.theirs),
                reverting.message.text),
            json);
  }

  /// What is watched.
  static final class Watched {
    @Parameters(arity = "0..1", paramLabel = "PREFIX", description = "only keys that start so")
    private Optional<String> prefix = Optional.empty();

    @Mixin private BranchChoice branch = new BranchChoice();

    @Option(
        names = "--after",
        paramLabel = "REVISION",
        converter = RevisionNumber.class,
        description = "begin behind this one; without it with what comes from now on")
    private Optional<Long> after = Optional.empty();
  }

  @Command(
      description = "Prints every commit as it comes, each once and in order, until Ctrl-C.",
      mixinStandardHelpOptions = true)
  int watch(@Mixin Watched watched, @Mixin ServerChoice server, @Mixin JsonChoice json)
      throws IOException {
    var after =
        watched.after.isPresent()
            ? OptionalLong.of(watched.after.orElseThrow())
            : OptionalLong.empty();
    return new StoreWatch(server.in(surroundings), json)
        .run(watched.branch.name(), watched.prefix.orElse(""), after);
  }

  @Command(
      description = "Writes a copy of the whole store into a file (tar), while it serves.",
      mixinStandardHelpOptions = true)
  int backup(
      @Option(
              names = {"-o", "--output"},
              paramLabel = "FILE",
              description = "where to; stead-store-TIME.tar here without it")
          Optional<Path> output,
      @Mixin ServerChoice server)
      throws IOException {
    return new StoreBackup(server.in(surroundings)).backup(output);
  }

  @Command(
      description =
          "Puts a backup in the place of the store, also of a damaged one. Here Stead must be down"
              + " (`stead down`); on a server the agent is stopped meanwhile, apps go on. What was"
              + " there is kept as rocks.replaced.",
      mixinStandardHelpOptions = true)
  int restore(
      @Parameters(paramLabel = "FILE", description = "what `stead store backup` wrote") Path file,
      @Mixin Confirmation confirmation,
      @Mixin ServerChoice server)
      throws IOException {
    return new StoreBackup(server.in(surroundings)).restore(file, confirmation);
  }

  @Command(
      description =
          "Walks the whole store and proves that it is sound; exit code 1 when it is not.",
      mixinStandardHelpOptions = true)
  int check(@Mixin ServerChoice server, @Mixin JsonChoice json) throws IOException {
    return new StoreBackup(server.in(surroundings)).check(json);
  }

  private Instant now() {
    return surroundings.clock().instant();
  }
}
