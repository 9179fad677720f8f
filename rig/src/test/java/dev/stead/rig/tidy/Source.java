package dev.stead.rig.tidy;

import com.sun.source.tree.CompilationUnitTree;
import com.sun.source.tree.Tree;
import com.sun.source.util.TreePath;
import com.sun.source.util.TreePathScanner;
import com.sun.source.util.Trees;
import dev.stead.rig.Repository;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Consumer;
import javax.lang.model.element.Element;
import javax.lang.model.type.TypeMirror;
import javax.lang.model.util.Elements;
import javax.lang.model.util.Types;
import org.jspecify.annotations.Nullable;

/// One Java file, parsed and attributed by the JDK's own compiler.
record Source(
    Path path,
    CompilationUnitTree unit,
    List<String> lines,
    List<Comment> comments,
    Trees trees,
    Types types,
    Elements elements) {

  /// Whether it is part of what users get, and not a test or an app.
  boolean isProduct() {
    return !path.startsWith(Repository.root())
        || Repository.MODULES.stream()
            .anyMatch(module -> path.startsWith(Repository.root().resolve(module + "/src/main")));
  }

  /// Hands over every tree of one kind with the way to it.
  <T extends Tree> void each(Class<T> kind, Consumer<TreePath> action) {
    new TreePathScanner<@Nullable Void, @Nullable Void>() {
      @Override
      public @Nullable Void scan(@Nullable Tree tree, @Nullable Void nothing) {
        if (kind.isInstance(tree)) {
          action.accept(new TreePath(getCurrentPath(), tree));
        }
        return super.scan(tree, null);
      }
    }.scan(new TreePath(unit), null);
  }

  int firstLine(Tree tree) {
    return line(trees.getSourcePositions().getStartPosition(unit, tree));
  }

  int lastLine(Tree tree) {
    return line(trees.getSourcePositions().getEndPosition(unit, tree));
  }

  private int line(long position) {
    return position < 0 ? 1 : (int) unit.getLineMap().getLineNumber(position);
  }

  @Nullable Element element(TreePath path) {
    return trees.getElement(path);
  }

  /// The type of an expression, without its type arguments.
  @Nullable TypeMirror erasedType(TreePath path) {
    var type = trees.getTypeMirror(path);
    return type == null ? null : types.erasure(type);
  }

  boolean isA(TypeMirror type, String className) {
    var wanted = elements.getTypeElement(className);
    return wanted != null && types.isSubtype(types.erasure(type), types.erasure(wanted.asType()));
  }

  /// Whether a comment stands on one of these lines.
  boolean commentedWithin(int first, int last) {
    return comments.stream().anyMatch(c -> c.firstLine() <= last && c.lastLine() >= first);
  }
}
