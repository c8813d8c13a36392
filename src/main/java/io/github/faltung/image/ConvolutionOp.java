package io.github.faltung.image;

import java.awt.RenderingHints;
import java.awt.geom.Point2D;
import java.awt.geom.Rectangle2D;
import java.awt.image.BufferedImage;
import java.awt.image.BufferedImageOp;
import java.awt.image.ColorModel;
import java.awt.image.ImagingOpException;
import java.awt.image.Kernel;
import java.awt.image.Raster;
import java.awt.image.RasterOp;
import java.awt.image.SampleModel;
import java.awt.image.WritableRaster;
import java.util.Objects;
import javax.imageio.ImageTypeSpecifier;
import org.jspecify.annotations.Nullable;

/**
 * Filters images and rasters by a kernel: a drop-in for {@link java.awt.image.ConvolveOp}, with more edges, any origin and linear light.
 *
 * <pre>{@code
 * BufferedImage soft = new ConvolutionOp(new Kernel(3, 3, ninths)).filter(photo, null); // as with ConvolveOp
 * BufferedImage softer = ConvolutionOp.with(Kernels.gaussian(2, 13)).edge(Edge.REPLICATE).build().filter(photo, null);
 * }</pre>
 *
 * <p><b>What a sample becomes.</b> The sum of the products in double precision, row by row, rounded down and held within the range of
 * samples, exactly; rounded to the nearest if {@link ConvolutionOpBuilder#roundToNearest} says so; not rounded in rasters of floating-point
 * types. Each band is filtered on its own, alpha like a colour, whether colours are premultiplied or not, all as {@code ConvolveOp} does,
 * in spite of its Javadoc. Indexed images are filtered as RGB. A destination of another size is filled from the middle outwards.
 *
 * <p><b>Where {@code ConvolveOp} differs</b>, as JDK 17 and 25 have it, and why:
 *
 * <ul>
 *   <li>It rounds the weights to some 24 bits behind the point, so that sums very near to a whole number are one off: of white,
 *       255, a 13 × 13 mean of weights 1/169 makes 254, though the sum is 255.000003. With weights of few bits, such as sixteenths, results
 *       are equal bit for bit.
 *   <li>It takes unsigned 16-bit samples for signed ones: from 32,768 on they count as negative, sums end at 32,767, and negative ones become
 *       large. Here they are summed like others; below that, results are equal.
 *   <li>Of rasters of less than 8 bits a sample, as of binary images, it keeps the low bits of sums beyond the range.
 *   <li>It copies samples in a wrong order if the destination is of another type of the same colour space: blue comes out as red, sums of
 *       neighbouring colours are mixed, or it throws {@link ImagingOpException}; premultiplied colours are stored as others; pixels at the
 *       border become transparent. Here the result is converted to the destination's type.
 *   <li>It throws {@link ImagingOpException} for kernels of nothing but zeros or with weights beyond 16,000 or so; for rasters of 3-byte BGR
 *       and 4-byte ABGR images, banded ones, those of short, int and floating-point types, those of more than 4 bands, or of two types; for
 *       grey images into indexed ones {@code IllegalArgumentException}. Here they are filtered.
 *   <li>A null kernel is refused by the constructor, not at the first use.
 *   <li>If source and destination share memory, its result depends on the order of its loops. Here it is right.
 * </ul>
 *
 * <p>Images of 8-bit samples whose bytes lie as in grey, 3-byte, 4-byte and int images are filtered in strips, by the {@linkplain
 * io.github.faltung.convolution.Engine#forEach engine's threads}, the caller's among them, unless the kernel is so large that too many sums would be
 * uncertain; all others on the caller's thread.
 *
 * <p>Immutable, so thread-safe. Native memory belongs to layers, one for each kernel. The layers of operations that were given no engine are
 * shared, at most 64 are kept; they run on one engine, which is opened at the first use and stays open. An operation that was given an engine
 * has its own layer, which is freed when the operation is garbage, or the engine is closed.
 */
public final class ConvolutionOp implements BufferedImageOp, RasterOp {
    /** Pixels at the border become 0. */
    public static final int EDGE_ZERO_FILL = java.awt.image.ConvolveOp.EDGE_ZERO_FILL;

    /** Pixels at the border are copied. */
    public static final int EDGE_NO_OP = java.awt.image.ConvolveOp.EDGE_NO_OP;

    /** What {@link #getEdgeCondition} returns for the edges that {@code ConvolveOp} does not have. */
    public static final int EDGE_OTHER = -1;

    private final ImageKernel kernel;
    private final Edge edge;
    private final int edgeCondition;
    private final boolean linearLight;
    private final double half;
    private final @Nullable RenderingHints hints;
    private final RasterFilter filter;

    /**
     * Makes an operation that sets pixels at the border to 0.
     *
     * @throws NullPointerException if the kernel is null
     */
    public ConvolutionOp(Kernel kernel) {
        this(kernel, EDGE_ZERO_FILL, null);
    }

    /**
     * Makes an operation.
     *
     * @param edgeCondition {@link #EDGE_NO_OP}; anything else is taken for {@link #EDGE_ZERO_FILL}, as {@code ConvolveOp} does
     * @param hints for the conversion of colours, if a destination needs one
     * @throws NullPointerException if the kernel is null
     */
    public ConvolutionOp(Kernel kernel, int edgeCondition, @Nullable RenderingHints hints) {
        this(
                new ConvolutionOpBuilder(ImageKernel.of(Objects.requireNonNull(kernel, "kernel")))
                        .edge(edgeCondition == EDGE_NO_OP ? Edge.NO_OP : Edge.ZERO_FILL)
                        .hints(hints),
                edgeCondition);
    }

    ConvolutionOp(ConvolutionOpBuilder given, int edgeCondition) {
        this.kernel = given.kernel;
        this.edge = given.edge;
        this.edgeCondition = edgeCondition;
        this.linearLight = given.linearLight;
        this.half = given.toNearest ? 0.5 : 0;
        this.hints = given.hints;
        this.filter = new RasterFilter(kernel, edge, given.constant, given.layers);
    }

    /** Begins an operation that says more than the constructors can. */
    public static ConvolutionOpBuilder with(ImageKernel kernel) {
        return new ConvolutionOpBuilder(kernel);
    }

    /**
     * Filters an image.
     *
     * @param src read
     * @param dst overwritten; {@code null} for a new image as {@link #createCompatibleDestImage} makes it. If it is of another type, the
     *     result is converted to it: exactly by 8-bit sRGB colours in the same colour space, else by {@link java.awt.image.ColorConvertOp};
     *     onto indexed images it is drawn
     * @return {@code dst}, or the new image
     * @throws IllegalArgumentException if {@code src} and {@code dst} are the same image, or the colours' conversion needs equal sizes
     * @throws IllegalStateException if the operation's engine is closed
     * @throws io.github.faltung.onednn.NativeLoadException if the operation was given no engine and oneDNN can't be loaded, with the
     *     remedy; {@link ConvolutionOpBuilder#engine} takes the reference, which needs no natives
     */
    @Override
    public BufferedImage filter(BufferedImage src, @Nullable BufferedImage dst) {
        requireTwo(Objects.requireNonNull(src, "src image is null"), dst);
        return filter(src, dst, 0, src.getHeight());
    }

    /**
     * Filters an image, but not all of its rows: what becomes of the others is not said.
     *
     * @param first the first row that is needed
     * @param rows how many are
     */
    BufferedImage filter(BufferedImage src, @Nullable BufferedImage dst, int first, int rows) {
        Window wanted = new Window(0, first, src.getWidth(), rows);
        BufferedImage from = ImageTypes.filterable(src, linearLight);
        if (from.isAlphaPremultiplied() == src.isAlphaPremultiplied()
                && (dst == null || ImageTypes.sameSamples(from, dst))) {
            BufferedImage to = dst == null ? createCompatibleDestImage(from, null) : dst;
            filterBands(from.getRaster(), to.getRaster(), from.getColorModel().hasAlpha(), wanted);
            return to;
        }
        BufferedImage to = createCompatibleDestImage(from, null);
        filterBands(from.getRaster(), to.getRaster(), from.getColorModel().hasAlpha(), wanted);
        BufferedImage result = dst == null ? createCompatibleDestImage(src, null) : dst;
        ImageTypes.convert(to, result, hints);
        return result;
    }

    /**
     * Filters a raster, each band on its own.
     *
     * @param src read
     * @param dst overwritten, of any sample model; {@code null} for a new raster as {@link #createCompatibleDestRaster} makes it
     * @return {@code dst}, or the new raster
     * @throws IllegalArgumentException if {@code src} and {@code dst} are the same, or light is to be summed of samples that are not whole
     *     numbers of at most 16 bits, or of different sizes in {@code src} and {@code dst}
     * @throws ImagingOpException if the numbers of bands differ
     * @throws IllegalStateException if the operation's engine is closed
     * @throws io.github.faltung.onednn.NativeLoadException if the operation was given no engine and oneDNN can't be loaded
     */
    @Override
    public WritableRaster filter(Raster src, @Nullable WritableRaster dst) {
        requireTwo(Objects.requireNonNull(src, "src raster is null"), dst);
        WritableRaster to = dst == null ? createCompatibleDestRaster(src) : dst;
        if (to.getNumBands() != src.getNumBands()) {
            throw new ImagingOpException(
                    "dst must have as many bands as src, " + src.getNumBands() + ", but has " + to.getNumBands());
        }
        filterBands(src, to, false, new Window(0, 0, src.getWidth(), src.getHeight()));
        return to;
    }

    private static void requireTwo(Object src, @Nullable Object dst) {
        if (src == dst) {
            throw new IllegalArgumentException("src image cannot be the same as the dst image");
        }
    }

    private void filterBands(Raster src, WritableRaster dst, boolean hasAlpha, Window wanted) {
        filter.filter(src, dst, scales(src.getSampleModel(), dst.getSampleModel(), hasAlpha), wanted);
    }

    private SampleScale[] scales(SampleModel src, SampleModel dst, boolean hasAlpha) {
        var scales = new SampleScale[src.getNumBands()];
        for (int band = 0; band < scales.length; band++) {
            boolean isAlpha = hasAlpha && band == scales.length - 1;
            scales[band] = linearLight && !isAlpha ? SrgbScale.of(src, dst, band) : PlainScale.of(dst, band, half);
        }
        return scales;
    }

    /**
     * Returns of what type the images are that {@link #filter} makes of those of a type.
     *
     * @throws IllegalArgumentException if light is to be summed of samples that are not whole numbers of at most 16 bits
     */
    ImageTypeSpecifier filteredType(ImageTypeSpecifier type) {
        BufferedImage src = type.createBufferedImage(1, 1);
        BufferedImage from = ImageTypes.filterable(src, linearLight);
        scales( // throws what filtering the first rows would
                from.getSampleModel(),
                createCompatibleDestImage(from, null).getSampleModel(),
                from.getColorModel().hasAlpha());
        boolean isKept = from.isAlphaPremultiplied() == src.isAlphaPremultiplied();
        return new ImageTypeSpecifier(createCompatibleDestImage(isKept ? from : src, null));
    }

    /** Returns how many rows above and below its own an output may depend on. */
    int reach() {
        return filter.reach();
    }

    /**
     * Returns a new image of the source's size.
     *
     * @param model of its colours; {@code null} for the source's, or if that is indexed, RGB with alpha
     */
    @Override
    public BufferedImage createCompatibleDestImage(BufferedImage src, @Nullable ColorModel model) {
        return ImageTypes.create(src, model);
    }

    /** Returns a new raster of the source's size and sample model. */
    @Override
    public WritableRaster createCompatibleDestRaster(Raster src) {
        return src.createCompatibleWritableRaster(src.getWidth(), src.getHeight());
    }

    /** Returns the source's bounds: a filtered image is as large. */
    @Override
    public Rectangle2D getBounds2D(BufferedImage src) {
        return getBounds2D(src.getRaster());
    }

    /** Returns the source's bounds. */
    @Override
    public Rectangle2D getBounds2D(Raster src) {
        return src.getBounds();
    }

    /** Returns the same point, in {@code dstPt} if it is given. */
    @Override
    public Point2D getPoint2D(Point2D srcPt, @Nullable Point2D dstPt) {
        Point2D point = dstPt == null ? new Point2D.Float() : dstPt;
        point.setLocation(srcPt.getX(), srcPt.getY());
        return point;
    }

    /** Returns the hints that were given, or {@code null}. */
    @Override
    public @Nullable RenderingHints getRenderingHints() {
        return hints;
    }

    /** Returns the kernel; of one whose origin is not in the middle, {@link ImageKernel#toAwt} with zeros added. */
    public Kernel getKernel() {
        return kernel.toAwt();
    }

    /** Returns the number that the constructor was given, or that of the builder's edge, {@link #EDGE_OTHER} if it has none. */
    public int getEdgeCondition() {
        return edgeCondition;
    }

    /** Returns what becomes of the pixels at the border. */
    public Edge edge() {
        return edge;
    }
}
