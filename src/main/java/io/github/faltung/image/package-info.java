/**
 * Pictures in and out: image files and {@link java.awt.image.BufferedImage} to tensors and back.
 *
 * <p>Imports {@link io.github.faltung.tensor}, may import {@link io.github.faltung.convolution}, and of the JDK {@code java.awt.image}
 * and {@code javax.imageio}. Opens no window and draws with no {@code Graphics}, so it runs where there is no display.
 *
 * <pre>{@code
 * Picture photo = PictureFile.read(Path.of("photo.jpg"), 1 << 20);
 * try (Tensor src = photo.toTensor(Layout.CHANNELS_FIRST); Tensor dst = layer.forward(src)) {
 *     PictureFile.writePng(new Picture(1, photo.width(), photo.height(), dst.toFloatArray()), Path.of("filtered.png"));
 * }
 * }</pre>
 */
@NullMarked
package io.github.faltung.image;

import org.jspecify.annotations.NullMarked;
