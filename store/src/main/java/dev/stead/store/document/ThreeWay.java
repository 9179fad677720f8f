package dev.stead.store.document;

import dev.stead.store.Side;
import dev.stead.store.Value;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/// Merges two values that came from a third. Where only one side changed, its change is taken; JSON
/// objects are taken apart into members, so that each side may change others. Arrays are not: which
/// of their elements are the same is not written in them.
public final class ThreeWay {
  private final Map<String, Side> chosen;
  private final List<String> clashes = new ArrayList<>();

  private ThreeWay(Map<String, Side> chosen) {
    this.chosen = chosen;
  }

  /// What became of it.
  public sealed interface Outcome {
    /// There is one value.
    ///
    /// @param value empty when the key goes
    record Agreed(Optional<Value> value) implements Outcome {}

    /// Both sides changed the same, differently.
    ///
    /// @param paths JSON Pointers; `""` is the value as a whole
    record Clashed(List<String> paths) implements Outcome {}
  }

  /// Merges; empty stands for no value.
  public static Outcome merge(Optional<Value> base, Optional<Value> ours, Optional<Value> theirs) {
    return merge(base, ours, theirs, Map.of());
  }

  /// The same with a choice made for clashes.
  ///
  /// @param chosen which side counts, by the JSON Pointer of what clashed
  public static Outcome merge(
      Optional<Value> base,
      Optional<Value> ours,
      Optional<Value> theirs,
      Map<String, Side> chosen) {
    if (ours.equals(theirs) || theirs.equals(base)) {
      return new Outcome.Agreed(ours);
    }
    if (ours.equals(base)) {
      return new Outcome.Agreed(theirs);
    }
    Optional<ObjectNode> root = object(base);
    Optional<ObjectNode> left = object(ours);
    Optional<ObjectNode> right = object(theirs);
    if (root.isEmpty() || left.isEmpty() || right.isEmpty()) {
      return whole(ours, theirs, chosen);
    }
    ThreeWay merge = new ThreeWay(chosen);
    ObjectNode merged =
        merge.objects("", root.orElseThrow(), left.orElseThrow(), right.orElseThrow());
    return merge.clashes.isEmpty()
        ? new Outcome.Agreed(Optional.of(Json.write(merged)))
        : new Outcome.Clashed(List.copyOf(merge.clashes));
  }

  private static Outcome whole(
      Optional<Value> ours, Optional<Value> theirs, Map<String, Side> chosen) {
    Side side = chosen.get("");
    return side == null
        ? new Outcome.Clashed(List.of(""))
        : new Outcome.Agreed(side == Side.OURS ? ours : theirs);
  }

  private static Optional<ObjectNode> object(Optional<Value> value) {
    return value
        .flatMap(Json::read)
        .flatMap(
            node -> node instanceof ObjectNode object ? Optional.of(object) : Optional.empty());
  }

  private ObjectNode objects(String path, ObjectNode base, ObjectNode ours, ObjectNode theirs) {
    ObjectNode merged = ours.objectNode();
    Set<String> members = new LinkedHashSet<>(ours.propertyNames());
    members.addAll(theirs.propertyNames());
    for (String member : members) {
      JsonNode value =
          member(path + Json.step(member), base.get(member), ours.get(member), theirs.get(member));
      if (value != null) {
        merged.set(member, value);
      }
    }
    return merged;
  }

  private @Nullable JsonNode member(
      String path, @Nullable JsonNode base, @Nullable JsonNode ours, @Nullable JsonNode theirs) {
    if (same(ours, theirs) || same(theirs, base)) {
      return ours;
    }
    if (same(ours, base)) {
      return theirs;
    }
    if (base instanceof ObjectNode root
        && ours instanceof ObjectNode left
        && theirs instanceof ObjectNode right) {
      return objects(path, root, left, right);
    }
    Side side = chosen.get(path);
    if (side == null) {
      clashes.add(path);
    }
    return side == Side.THEIRS ? theirs : ours;
  }

  private static boolean same(@Nullable JsonNode left, @Nullable JsonNode right) {
    return left == null ? right == null : left.equals(right);
  }
}
