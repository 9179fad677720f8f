package dev.stead.sdk;

import io.avaje.jsonb.Json;
import io.avaje.jsonb.Json.Naming;
import java.util.List;
import java.util.Objects;

/// Why something was refused or failed, said so that the reader can mend it. The body of every API
/// answer that is not 2xx, and the end of every rollout that did not go live.
///
/// @param code stable name that `stead explain` knows, such as `D-PORT-NEVER-OPENED`
/// @param what what was attempted, on what
/// @param why the cause, as found
/// @param fix what to do about it
/// @param details supporting lines: the last log lines, the probe's own answer
@Json(naming = Naming.LowerHyphen)
public record Problem(String code, String what, String why, String fix, List<String> details) {
  public Problem {
    Objects.requireNonNull(code, "code is missing");
    Objects.requireNonNull(what, "what is missing");
    Objects.requireNonNull(why, "why is missing");
    Objects.requireNonNull(fix, "fix is missing");
    Objects.requireNonNull(details, "details is missing");
    details = List.copyOf(details);
  }

  public static Problem of(Code code, String what, String why) {
    return new Problem(code.id(), what, why, code.fix(), List.of());
  }

  public Problem withDetails(List<String> lines) {
    return new Problem(code, what, why, fix, lines);
  }
}
