/// The rules of STYLE.md as tests, for what no compiler and no formatter holds. Start reading at
/// [dev.stead.rig.tidy.TidyTest]; the rules stand in [dev.stead.rig.tidy.Shape],
/// [dev.stead.rig.tidy.Calls] and [dev.stead.rig.tidy.Words].
@NullMarked
package dev.stead.rig.tidy;

import org.jspecify.annotations.NullMarked;
