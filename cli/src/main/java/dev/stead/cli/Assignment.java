package dev.stead.cli;

import dev.stead.cli.project.Variables;
import dev.stead.sdk.Code;
import dev.stead.sdk.Problem;
import dev.stead.sdk.ProblemException;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// One `NAME=value` of a command line, or a `NAME` alone.
record Assignment(String name, Optional<String> value) {

  static Assignment of(String written) {
    int equals = written.indexOf('=');
    return equals < 0
        ? new Assignment(written, Optional.empty())
        : new Assignment(written.substring(0, equals), Optional.of(written.substring(equals + 1)));
  }

  /// Refuses names that no variable may have, all of them at once.
  static void refuseBad(Collection<String> names) {
    var refusals = names.stream().flatMap(name -> Variables.refusal(name).stream()).toList();
    if (!refusals.isEmpty()) {
      throw wrong(String.join("; ", refusals), "Correct the name.");
    }
  }

  /// Every value of assignments that must all have one.
  static Map<String, String> values(List<String> written) {
    var values = new LinkedHashMap<String, String>();
    for (var text : written) {
      var assignment = of(text);
      values.put(
          assignment.name(),
          assignment
              .value()
              .orElseThrow(
                  () -> wrong("'%s' has no value".formatted(text), "Write it as NAME=value.")));
    }
    refuseBad(values.keySet());
    return values;
  }

  static ProblemException wrong(String why, String fix) {
    return new ProblemException(
        new Problem(Code.USAGE.id(), "reading the command line", why, fix, List.of()));
  }
}
