package dev.stead.rig.tidy;

import com.sun.source.tree.BlockTree;
import com.sun.source.tree.CaseTree;
import com.sun.source.tree.CatchTree;
import com.sun.source.tree.ClassTree;
import com.sun.source.tree.DefaultCaseLabelTree;
import com.sun.source.tree.DoWhileLoopTree;
import com.sun.source.tree.EnhancedForLoopTree;
import com.sun.source.tree.ForLoopTree;
import com.sun.source.tree.IfTree;
import com.sun.source.tree.LambdaExpressionTree;
import com.sun.source.tree.MethodTree;
import com.sun.source.tree.NewClassTree;
import com.sun.source.tree.SwitchExpressionTree;
import com.sun.source.tree.SwitchTree;
import com.sun.source.tree.Tree;
import com.sun.source.tree.TryTree;
import com.sun.source.tree.VariableTree;
import com.sun.source.tree.WhileLoopTree;
import com.sun.source.util.TreePath;
import dev.stead.rig.tidy.Rule.Report;
import dev.stead.rig.tidy.Rule.Scope;
import java.util.List;
import java.util.Set;
import javax.lang.model.element.ElementKind;
import javax.lang.model.element.Modifier;
import javax.lang.model.element.TypeElement;
import javax.lang.model.type.DeclaredType;
import javax.lang.model.type.TypeKind;

/// Rules about the size and the form of declarations and statements.
final class Shape {
  static final int FILE_LINES_MAX = 500;
  static final int METHOD_LINES_MAX = 70;
  static final int PARAMETERS_MAX = 5;
  static final int NESTING_MAX = 3;

  private static final Set<Class<? extends Tree>> NESTING =
      Set.of(
          IfTree.class,
          ForLoopTree.class,
          EnhancedForLoopTree.class,
          WhileLoopTree.class,
          DoWhileLoopTree.class,
          SwitchTree.class,
          TryTree.class);

  static final List<Rule> RULES =
      List.of(
          new Rule(
              "a file has at most %d lines".formatted(FILE_LINES_MAX),
              Scope.PRODUCT_AND_TESTS,
              "class A {" + "\n".repeat(FILE_LINES_MAX) + "}",
              "class A {" + "\n".repeat(FILE_LINES_MAX - 1) + "}",
              Shape::fileLength),
          new Rule(
              "a method has at most %d lines".formatted(METHOD_LINES_MAX),
              Scope.PRODUCT_AND_TESTS,
              "class A { void f() {" + "\n".repeat(METHOD_LINES_MAX) + "} }",
              "class A { void f() {" + "\n".repeat(METHOD_LINES_MAX - 1) + "} }",
              Shape::methodLength),
          new Rule(
              "a method has at most %d parameters".formatted(PARAMETERS_MAX),
              Scope.PRODUCT_AND_TESTS,
              "class A { void f(int a, int b, int c, int d, int e, int f) {} }",
              "record A(int a, int b, int c, int d, int e, int f) {}",
              Shape::parameters),
          new Rule(
              "statements nest at most %d deep".formatted(NESTING_MAX),
              Scope.PRODUCT_AND_TESTS,
              "class A { void f(int n) { while (n > 0) if (n > 1) for (;;) try { n++; } finally { n--; } } }",
              "class A { int f(int n) { if (n > 1) return 1; else if (n > 2) return 2; else if (n > 3) return 3;"
                  + " else if (n > 4) return 4; else return 5; } }",
              Shape::nesting),
          new Rule(
              "a public method has no boolean parameter",
              Scope.PRODUCT,
              "public class A { public void open(boolean quickly) {} }",
              "public class A { void open(boolean quickly) {} public record R(boolean open) {} }",
              Shape::booleanParameters),
          new Rule(
              "a class is final, abstract or sealed",
              Scope.PRODUCT,
              "class A {}",
              "final class A { sealed interface I { record R() implements I {} } enum E { X } }",
              Shape::finalClasses),
          new Rule(
              "nothing static is mutable",
              Scope.PRODUCT_AND_TESTS,
              "class A { static final java.util.Map<String, String> SEEN = new java.util.HashMap<>(); }",
              "class A { static final java.util.Map<String, String> NAMES = java.util.Map.of(); static final int N = 1; }",
              Shape::staticState),
          new Rule(
              "a switch over a sealed type names every case",
              Scope.PRODUCT_AND_TESTS,
              "class A { sealed interface I { record R() implements I {} record S() implements I {} }"
                  + " int f(I i) { return switch (i) { case I.R r -> 1; default -> 2; }; } }",
              "class A { int f(int i) { return switch (i) { case 1 -> 1; default -> 2; }; } }",
              Shape::sealedDefault),
          new Rule(
              "no catch is empty",
              Scope.PRODUCT_AND_TESTS,
              "class A { void f() { try { f(); } catch (IllegalStateException e) { /* never mind */ } } }",
              "class A { void f() { try { f(); } catch (IllegalStateException e) { throw e; } } }",
              Shape::emptyCatch),
          new Rule(
              "everything is caught only at a loop's top",
              Scope.PRODUCT_AND_TESTS,
              "class A { void f() { try { f(); } catch (Exception e) { throw e; } } }",
              "class A { void f() { while (true) { try { f(); } catch (RuntimeException e) { g(e); } } } void g(Throwable t) {} }",
              Shape::broadCatch));

  private Shape() {}

  private static void fileLength(Source source, Report report) {
    var lines = source.lines().size();
    if (lines > FILE_LINES_MAX) {
      report.line(lines, "%d lines: split it along what it does".formatted(lines));
    }
  }

  private static void methodLength(Source source, Report report) {
    source.each(
        MethodTree.class,
        path -> {
          var method = (MethodTree) path.getLeaf();
          var lines = source.lastLine(method) - source.firstLine(method) + 1;
          if (lines > METHOD_LINES_MAX) {
            report.tree(
                method,
                "%s has %d lines: name its parts and make them methods"
                    .formatted(method.getName(), lines));
          }
        });
  }

  private static void parameters(Source source, Report report) {
    source.each(
        MethodTree.class,
        path -> {
          var method = (MethodTree) path.getLeaf();
          var record = source.element(path.getParentPath());
          var isRecordConstructor =
              method.getReturnType() == null
                  && record != null
                  && record.getKind() == ElementKind.RECORD;
          if (method.getParameters().size() > PARAMETERS_MAX
              && !isRecordConstructor
              && !overrides(source, path)) {
            report.tree(
                method,
                "%s has %d parameters: make a record of those that belong together"
                    .formatted(method.getName(), method.getParameters().size()));
          }
        });
  }

  private static void nesting(Source source, Report report) {
    source.each(
        Tree.class,
        path -> {
          if (nests(path) && depth(path) == NESTING_MAX + 1) {
            report.tree(
                path.getLeaf(),
                "%d statements deep: return early, or make the inside a method"
                    .formatted(NESTING_MAX + 1));
          }
        });
  }

  private static int depth(TreePath path) {
    var depth = 0;
    for (var p = path; p != null && !(p.getLeaf() instanceof ClassTree); p = p.getParentPath()) {
      depth += nests(p) ? 1 : 0;
    }
    return depth;
  }

  // An `else if` stands beside its `if`, not inside it.
  private static boolean nests(TreePath path) {
    var tree = path.getLeaf();
    var elseIf =
        tree instanceof IfTree
            && path.getParentPath().getLeaf() instanceof IfTree outer
            && tree.equals(outer.getElseStatement());
    return !elseIf && NESTING.stream().anyMatch(kind -> kind.isInstance(tree));
  }

  private static void booleanParameters(Source source, Report report) {
    source.each(
        MethodTree.class,
        path -> {
          var method = (MethodTree) path.getLeaf();
          if (method.getReturnType() == null || !isPublic(source, path)) {
            return;
          }
          method.getParameters().stream()
              .filter(p -> p.getType() != null && p.getType().toString().equals("boolean"))
              .forEach(
                  p ->
                      report.tree(
                          p,
                          "%s(boolean %s): make two methods or an enum, so that the call can be read"
                              .formatted(method.getName(), p.getName())));
        });
  }

  private static boolean isPublic(Source source, TreePath method) {
    var element = source.element(method);
    if (element == null || overrides(source, method)) {
      return false;
    }
    var visible = element.getModifiers().contains(Modifier.PUBLIC);
    for (var type = element.getEnclosingElement();
        visible && type instanceof TypeElement;
        type = type.getEnclosingElement()) {
      visible = type.getModifiers().contains(Modifier.PUBLIC);
    }
    return visible;
  }

  private static void finalClasses(Source source, Report report) {
    source.each(
        ClassTree.class,
        path -> {
          var type = (ClassTree) path.getLeaf();
          var closed = Set.of(Modifier.FINAL, Modifier.ABSTRACT, Modifier.SEALED);
          var open = type.getModifiers().getFlags().stream().noneMatch(closed::contains);
          var named = type.getKind() == Tree.Kind.CLASS && !type.getSimpleName().isEmpty();
          if (named && open) {
            report.tree(type, "class %s: make it final".formatted(type.getSimpleName()));
          }
        });
  }

  private static void staticState(Source source, Report report) {
    source.each(
        VariableTree.class,
        path -> {
          var field = (VariableTree) path.getLeaf();
          var element = source.element(path);
          if (element == null
              || element.getKind() != ElementKind.FIELD
              || !element.getModifiers().contains(Modifier.STATIC)) {
            return;
          }
          if (!element.getModifiers().contains(Modifier.FINAL) || isMutable(source, path)) {
            report.tree(
                field,
                "static %s can change: make it a field of the object that Main wires, or immutable"
                    .formatted(field.getName()));
          }
        });
  }

  // Constant arrays pass: Java has no immutable ones, and their users are close by.
  private static boolean isMutable(Source source, TreePath field) {
    var type = source.trees().getTypeMirror(field);
    if (type.getKind() != TypeKind.DECLARED) {
      return false;
    }
    var initializer = ((VariableTree) field.getLeaf()).getInitializer();
    var made = initializer instanceof NewClassTree;
    var name = ((DeclaredType) type).asElement().toString();
    return name.startsWith("java.util.concurrent.atomic.")
        || name.startsWith("java.util.concurrent.locks.")
        || source.isA(type, "java.util.Random")
        || source.isA(type, "java.lang.ThreadLocal")
        || (made && source.isA(type, "java.util.Collection"))
        || (made && source.isA(type, "java.util.Map"));
  }

  private static void sealedDefault(Source source, Report report) {
    source.each(
        CaseTree.class,
        path -> {
          var arm = (CaseTree) path.getLeaf();
          var defaults = arm.getLabels().stream().anyMatch(l -> l instanceof DefaultCaseLabelTree);
          if (defaults && isSealed(source, path.getParentPath())) {
            report.tree(
                arm, "default: name the remaining cases, so that a new one does not compile");
          }
        });
  }

  private static boolean isSealed(Source source, TreePath choice) {
    var selector =
        switch (choice.getLeaf()) {
          case SwitchTree statement -> statement.getExpression();
          case SwitchExpressionTree expression -> expression.getExpression();
          default -> throw new IllegalStateException("a case outside a switch");
        };
    var type = source.erasedType(new TreePath(choice, selector));
    return type instanceof DeclaredType declared
        && declared.asElement().getModifiers().contains(Modifier.SEALED);
  }

  private static void emptyCatch(Source source, Report report) {
    source.each(
        CatchTree.class,
        path -> {
          if (((CatchTree) path.getLeaf()).getBlock().getStatements().isEmpty()) {
            report.tree(
                path.getLeaf(),
                "empty catch: return what it means, or throw on with what was attempted");
          }
        });
  }

  private static void broadCatch(Source source, Report report) {
    source.each(
        CatchTree.class,
        path -> {
          var caught = ((CatchTree) path.getLeaf()).getParameter().getType().toString();
          var broad = Set.of("Exception", "Throwable", "RuntimeException", "Error");
          if (broad.contains(caught) && !atTheTop(path.getParentPath())) {
            report.tree(
                path.getLeaf(),
                "catch (%s) inside: catch what is expected by its type; the rest ends at the loop's top"
                    .formatted(caught));
          }
        });
  }

  // The whole body of a loop, or of what a thread runs.
  private static boolean atTheTop(TreePath attempt) {
    var block = attempt.getParentPath();
    var outside = block.getParentPath().getLeaf();
    return block.getLeaf() instanceof BlockTree
        && switch (outside) {
          case WhileLoopTree _, ForLoopTree _, EnhancedForLoopTree _, DoWhileLoopTree _ -> true;
          case LambdaExpressionTree _ -> true;
          case MethodTree method -> Set.of("main", "run", "call").contains(method.getName() + "");
          default -> false;
        };
  }

  static boolean overrides(Source source, TreePath method) {
    var element = source.element(method);
    return element != null
        && element.getAnnotationMirrors().stream()
            .anyMatch(a -> a.getAnnotationType().toString().equals("java.lang.Override"));
  }
}
