/**
 * What JMH measures of this library alone: overhead and allocation of a call, making of plans, the first call, concurrent callers, arrays
 * of the heap. {@code benchmarks/jmh} runs it.
 */
@NullMarked
package io.github.faltung.benchmarks.jmh;

import org.jspecify.annotations.NullMarked;
