package dev.stead.store.rocks;

import static org.assertj.core.api.Assertions.assertThat;

import dev.stead.store.Commit;
import dev.stead.store.Commit.Mutation;
import dev.stead.store.CommitResult.Committed;
import dev.stead.store.Entry;
import dev.stead.store.Store;
import dev.stead.store.Value;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/// Writes and reads a store in short words: `key=text` sets a key, `key` alone deletes it.
record Scribe(Store store) {
  static final String AUTHOR = "ada";

  /// Commits, and tells the revision.
  long write(String branch, String... changes) {
    Mutation[] mutations = Arrays.stream(changes).map(Scribe::mutation).toArray(Mutation[]::new);
    var result = store.commit(Commit.of(branch, AUTHOR, String.join(" ", changes), mutations));
    assertThat(result).isInstanceOf(Committed.class);
    return ((Committed) result).revision();
  }

  private static Mutation mutation(String change) {
    int end = change.indexOf('=');
    return end < 0
        ? new Mutation.Delete(change)
        : new Mutation.Put(change.substring(0, end), value(change.substring(end + 1)));
  }

  static Value value(String text) {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    return text.startsWith("{") ? Value.json(bytes) : new Value("text/plain", bytes);
  }

  String read(String branch, String key) {
    return text(store.get(branch, key));
  }

  String read(String branch, String key, long revision) {
    return text(store.get(branch, key, revision));
  }

  List<String> list(String branch, String prefix) {
    return texts(store.list(branch, prefix));
  }

  static List<String> texts(List<Entry> entries) {
    return entries.stream().map(entry -> entry.key() + "=" + entry.value().text()).toList();
  }

  static String text(Optional<Entry> entry) {
    return entry.map(Entry::value).map(Value::text).orElse("");
  }
}
