/**
 * Pictures in and out: image files and {@link java.awt.image.BufferedImage} to tensors and back; filters of images, a drop-in for {@link
 * java.awt.image.ConvolveOp} among them; kernels by name. And pictures of convolutions: {@link
 * io.github.faltung.image.FeatureMapSheet}, {@link io.github.faltung.image.ReceptiveFieldOverlay}, {@link
 * io.github.faltung.image.ConvolutionDrawing}.
 *
 * <p>Imports {@link io.github.faltung.tensor}, {@link io.github.faltung.convolution} and the entry point {@link io.github.faltung.Faltung},
 * and of the JDK {@code java.awt}, {@code java.awt.image} and {@code javax.imageio}. Opens no window, so it runs where there is no display;
 * drawings need a font, pictures in and out do not.
 *
 * <p>Why drawings are given an {@link io.github.faltung.convolution.Engine}: what they show is the library's own result. They have no
 * arithmetic but that of places, which is tested against the engines.
 *
 * <pre>{@code
 * Picture photo = PictureFile.read(Path.of("photo.jpg"), 1 << 20).picture();
 * try (Tensor src = photo.toTensor(Layout.CHANNELS_FIRST); Tensor dst = layer.forward(src)) {
 *     PictureFile.writePng(new Picture(1, photo.width(), photo.height(), dst.toFloatArray()), Path.of("filtered.png"));
 * }
 * BufferedImage soft = ConvolutionOp.with(NamedKernel.of("gaussian:sigma=2")).edge(Edge.REPLICATE).build().filter(image, null);
 * }</pre>
 *
 * <p><b>Why the entry point.</b> A drop-in's constructors take no engine, so {@link io.github.faltung.image.ConvolutionOp} opens one that all
 * share, once one is needed.
 *
 * <p><b>From image to image.</b> {@code ConvolutionOp} says what each kind of image means by its samples and hands rasters to {@code
 * RasterFilter}, which reads {@code Strip}s through {@code Samples}; {@code ExactSums} has the engine's layer convolve them, and computes again
 * what single precision can't decide. A faster way for some rasters belongs into {@code RasterFilter}.
 *
 * <p><b>From file to file.</b> {@link io.github.faltung.image.StripFilter} pulls: a writer asks a {@code RowImage} for rows, that a {@code RowSource}
 * for them which filters ({@code FilteredRows}), and that one which reads; a {@code RowWindow} between two of them keeps what is still needed. A
 * format that can be read by parts is a line in {@code ImageRows}.
 *
 * <p><b>Why no reader of PNG of our own.</b> The JDK's is right about every type, but reads all rows in one call; so it is called on a
 * thread of its own and given a {@code StreamedRaster}, which hands rows on. It takes twice as long to fill that as an image of the JDK's own.
 */
@NullMarked
package io.github.faltung.image;

import org.jspecify.annotations.NullMarked;
