/** The entry point, which puts the engines together. Sees {@code convolution}, {@code onednn}, {@code planning} and {@code reference}. */
@NullMarked
package io.github.faltung;

import org.jspecify.annotations.NullMarked;
