/**
 * The comparison: each contender runs in a JVM of its own, which does what the comparing process tells it line by line; rounds of the
 * contenders take turns, so that what else the machine does hits all alike, and ratios are taken within a round.
 */
@NullMarked
package io.github.faltung.benchmarks.contest;

import org.jspecify.annotations.NullMarked;
