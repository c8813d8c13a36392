/**
 * Those who compute: this library and its peers, each behind {@link io.github.faltung.benchmarks.peer.Prepared}. Knows workloads, and no
 * process: it runs in a contender's own JVM.
 */
@NullMarked
package io.github.faltung.benchmarks.peer;

import org.jspecify.annotations.NullMarked;
