package dev.stead.cli.guess;

import java.util.Optional;
import java.util.regex.Pattern;

/// A `pom.xml`, read as far as a guess needs it: by patterns, since an XML parser would double what
/// the command line loads. What is written with `${…}` counts as unknown.
final class Pom {
  private static final Pattern COMMENT = Pattern.compile("<!--.*?-->", Pattern.DOTALL);
  private static final Pattern NESTED =
      Pattern.compile(
          "<(parent|dependencies|dependencyManagement|build|profiles|reporting|properties|modules|"
              + "developers|licenses|scm|organization|repositories|pluginRepositories|"
              + "distributionManagement|contributors|issueManagement)\\b.*?</\\1>",
          Pattern.DOTALL);
  private static final Pattern PARENT = Pattern.compile("<parent>(.*?)</parent>", Pattern.DOTALL);

  private final String text;
  private final String top;

  Pom(String xml) {
    this.text = COMMENT.matcher(xml).replaceAll("");
    this.top = NESTED.matcher(text).replaceAll("");
  }

  boolean mentions(String word) {
    return text.contains(word);
  }

  Optional<String> artifact() {
    return known(element(top, "artifactId"));
  }

  String packaging() {
    return element(top, "packaging").orElse("jar");
  }

  /// The name of the jar without `.jar`, when it is written out.
  Optional<String> finalName() {
    var named = element(text, "finalName");
    if (named.isPresent()) {
      return known(named);
    }
    var parent = PARENT.matcher(text);
    var version =
        element(top, "version")
            .or(() -> parent.find() ? element(parent.group(1), "version") : Optional.empty());
    return artifact().flatMap(artifact -> known(version).map(v -> artifact + "-" + v));
  }

  Optional<String> mainClass() {
    return known(element(text, "mainClass"));
  }

  private static Optional<String> known(Optional<String> value) {
    return value.filter(text -> !text.contains("${"));
  }

  private static Optional<String> element(String xml, String name) {
    var match = Pattern.compile("<" + name + ">\\s*([^<]*?)\\s*</" + name + ">").matcher(xml);
    return match.find() ? Optional.of(match.group(1)) : Optional.empty();
  }
}
