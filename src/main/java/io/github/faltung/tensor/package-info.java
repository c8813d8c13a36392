/**
 * Off-heap data: {@link io.github.faltung.tensor.Tensor} with its {@link io.github.faltung.tensor.Dims dims},
 * {@link io.github.faltung.tensor.DataType data type} and {@link io.github.faltung.tensor.Layout layout}. Knows nothing of
 * convolution.
 *
 * <p>Every other package may import this one; it imports only the JDK.
 *
 * <pre>{@code
 * try (Tensor picture = Tensor.of(pixels, Dims.of(1, 3, 300, 451), Layout.CHANNELS_LAST)) {
 *     float green = picture.get(0, 1, 10, 20);
 * }
 * }</pre>
 *
 * <p><b>Why no views of the memory are handed out.</b> A buffer over memory that another thread may close is a crash in waiting
 * on JDK 17. Who wants to share memory with a tensor brings a direct buffer of their own, which {@link
 * io.github.faltung.tensor.Tensor#of(java.nio.FloatBuffer, io.github.faltung.tensor.Dims) is wrapped without a copy}; the JDK
 * keeps that alive.
 */
@NullMarked
package io.github.faltung.tensor;

import org.jspecify.annotations.NullMarked;
