/** What came of a suite: table, JSON, Markdown, plots and the line that sums up. */
@NullMarked
package io.github.faltung.benchmarks.report;

import org.jspecify.annotations.NullMarked;
