/** What contenders compute, with its data and the proof of its output. Knows the library and no peer. */
@NullMarked
package io.github.faltung.benchmarks.workload;

import org.jspecify.annotations.NullMarked;
