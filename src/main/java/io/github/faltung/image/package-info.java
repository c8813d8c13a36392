/**
 * Pictures in and out: image files and {@link java.awt.image.BufferedImage} to tensors and back. And pictures of convolutions: {@link
 * io.github.faltung.image.FeatureMapSheet}, {@link io.github.faltung.image.ReceptiveFieldOverlay}, {@link
 * io.github.faltung.image.ConvolutionDrawing}.
 *
 * <p>Imports {@link io.github.faltung.tensor}, {@link io.github.faltung.convolution}, and of the JDK {@code java.awt} and {@code
 * javax.imageio}. Opens no window, so it runs where there is no display; drawings need a font, pictures in and out do not.
 *
 * <p>Why drawings are given an {@link io.github.faltung.convolution.Engine}: what they show is the library's own result. They have no
 * arithmetic but that of places, which is tested against the engines.
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
