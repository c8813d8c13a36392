/**
 * The command line of the comparison. {@code workload}: what is computed, and the proof of its output; {@code peer}: who computes;
 * {@code contest}: a JVM for each contender, and their turns; {@code report}: what came of it. Nothing is timed before its output is found
 * within the rigorous bound of the reference's.
 */
@NullMarked
package io.github.faltung.benchmarks;

import org.jspecify.annotations.NullMarked;
