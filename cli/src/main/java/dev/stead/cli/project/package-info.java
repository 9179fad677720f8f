/// What a project directory says about its app: `stead.toml`, and beside it `Procfile` and `.env`.
///
/// Start reading at [dev.stead.cli.project.Project]. Reading promises to find every problem of the
/// files at once, each with its file, its line and what would have been right.
@NullMarked
package dev.stead.cli.project;

import org.jspecify.annotations.NullMarked;
