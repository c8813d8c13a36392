/** Which of oneDNN's implementations of a layer is the fastest, for {@code benchmarks/kernels}. */
@NullMarked
package io.github.faltung.benchmarks.kernels;

import org.jspecify.annotations.NullMarked;
