/**
 * Compares contenders: this library's engines and its peers. Each runs in a JVM of its own, which does what the comparing process tells it
 * line by line; rounds of the contenders take turns, so that what else the machine does hits all alike, and ratios are taken within a
 * round. Nothing is timed before its output is found within the rigorous bound of the reference's.
 */
@NullMarked
package io.github.faltung.benchmarks;

import org.jspecify.annotations.NullMarked;
