package dev.stead.store.document;

import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/// Finds the JSON Patch (RFC 6902) from one document to another, of `add`, `remove` and `replace`.
///
/// Objects are compared member by member, arrays element by element between what both start and end
/// with. So it takes time and memory in proportion to the documents, whatever is in them; an
/// element that moved costs more than it must.
final class JsonPatch {
  private final ArrayNode operations = JsonNodeFactory.instance.arrayNode();

  private JsonPatch() {}

  /// The operations, as a JSON array.
  static String between(JsonNode from, JsonNode to) {
    JsonPatch patch = new JsonPatch();
    patch.compare("", from, to);
    return patch.operations.toString();
  }

  private void compare(String path, JsonNode from, JsonNode to) {
    if (from.equals(to)) {
      return;
    }
    if (from instanceof ObjectNode left && to instanceof ObjectNode right) {
      compareObjects(path, left, right);
    } else if (from instanceof ArrayNode left && to instanceof ArrayNode right) {
      compareArrays(path, left, right);
    } else {
      operation("replace", path).set("value", to);
    }
  }

  private void compareObjects(String path, ObjectNode from, ObjectNode to) {
    for (String member : from.propertyNames()) {
      JsonNode right = to.get(member);
      if (right == null) {
        operation("remove", path + Json.step(member));
      } else {
        compare(path + Json.step(member), from.path(member), right);
      }
    }
    for (String member : to.propertyNames()) {
      if (!from.has(member)) {
        operation("add", path + Json.step(member)).set("value", to.path(member));
      }
    }
  }

  private void compareArrays(String path, ArrayNode from, ArrayNode to) {
    int common = Math.min(from.size(), to.size());
    int start = 0;
    while (start < common && from.path(start).equals(to.path(start))) {
      start++;
    }
    int end = 0;
    while (end < common - start
        && from.path(from.size() - 1 - end).equals(to.path(to.size() - 1 - end))) {
      end++;
    }
    int both = common - end;
    for (int i = start; i < both; i++) {
      compare(path + "/" + i, from.path(i), to.path(i));
    }
    // From the back, so that no removal moves what another one names.
    for (int i = from.size() - end - 1; i >= both; i--) {
      operation("remove", path + "/" + i);
    }
    for (int i = both; i < to.size() - end; i++) {
      operation("add", path + "/" + i).set("value", to.path(i));
    }
  }

  private ObjectNode operation(String name, String path) {
    return operations.addObject().put("op", name).put("path", path);
  }
}
