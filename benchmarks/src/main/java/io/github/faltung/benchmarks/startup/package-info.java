/**
 * Programs that compute one layer once and end, for {@code benchmarks/startup}: how long a user waits for the first result of a new JVM. Each knows
 * of its own library alone, so that its class path has no other.
 */
@NullMarked
package io.github.faltung.benchmarks.startup;

import org.jspecify.annotations.NullMarked;
