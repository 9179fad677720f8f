package dev.stead.rig.tidy;

import com.sun.source.tree.Tree;

/// One rule of STYLE.md.
///
/// @param name what it asks for, as a sentence
/// @param scope whether tests and apps must obey it as well
/// @param bad a compilation unit that breaks it: the rule must find exactly one thing there
/// @param good one that looks alike and is fine
record Rule(String name, Scope scope, String bad, String good, Check check) {

  /// Where a rule holds.
  enum Scope {
    PRODUCT,
    PRODUCT_AND_TESTS
  }

  interface Check {
    void run(Source source, Report report);
  }

  /// Takes what a check finds.
  interface Report {
    void line(int line, String message);

    void tree(Tree at, String message);
  }
}
