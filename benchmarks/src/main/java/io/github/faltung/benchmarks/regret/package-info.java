/** How much time the planner's model loses to measuring, for {@code benchmarks/regret}. */
@NullMarked
package io.github.faltung.benchmarks.regret;

import org.jspecify.annotations.NullMarked;
