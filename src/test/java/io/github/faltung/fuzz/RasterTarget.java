package io.github.faltung.fuzz;

import io.github.faltung.image.ConvolutionOp;
import io.github.faltung.image.ConvolutionOpBuilder;
import io.github.faltung.image.Edge;
import io.github.faltung.image.ImageKernel;
import java.awt.Point;
import java.awt.image.BandedSampleModel;
import java.awt.image.BufferedImage;
import java.awt.image.ComponentSampleModel;
import java.awt.image.DataBuffer;
import java.awt.image.ImagingOpException;
import java.awt.image.MultiPixelPackedSampleModel;
import java.awt.image.Raster;
import java.awt.image.RasterFormatException;
import java.awt.image.SampleModel;
import java.awt.image.SinglePixelPackedSampleModel;
import java.awt.image.WritableRaster;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/** Rasters and images of odd sample models, offsets and sizes, through small kernels with every edge. */
final class RasterTarget extends ChoiceTarget {
    private static final int KERNELS = 12;
    private static final List<Edge> EDGES = List.of(Edge.values());

    /** Made once, since each has a layer of its own. */
    private final List<ConvolutionOp> operations = new ArrayList<>();

    RasterTarget() {
        super("raster", List.of(IllegalArgumentException.class, ImagingOpException.class));
        for (int i = 0; i < KERNELS; i++) {
            var weights = new float[(1 + i % 4) * (1 + i % 3)];
            for (int j = 0; j < weights.length; j++) {
                weights[j] = (j * 5 + i) % 7 / 3f - 1;
            }
            ImageKernel kernel = ImageKernel.of(1 + i % 4, 1 + i % 3, weights);
            for (Edge edge : EDGES) {
                ConvolutionOpBuilder op = ConvolutionOp.with(kernel).edge(edge).engine(Engines.planned());
                operations.add((i % 2 == 0 ? op.roundToNearest() : i % 3 == 0 ? op.linearLight() : op).build());
            }
        }
    }

    @Override
    void feed(Choices choices) {
        ConvolutionOp op = choices.of(operations);
        if (choices.oneIn(3)) {
            BufferedImage src = image(choices);
            @Nullable BufferedImage dst = choices.oneIn(3) ? null : choices.oneIn(12) ? src : image(choices);
            op.filter(src, dst);
            return;
        }
        WritableRaster src;
        WritableRaster dst;
        try {
            src = raster(choices);
            dst = choices.oneIn(2) ? raster(choices) : src.createCompatibleWritableRaster();
        } catch (IllegalArgumentException | RasterFormatException e) {
            throw new IllegalArgumentException("no raster, says Java: " + e, e);
        }
        @Nullable WritableRaster to = choices.oneIn(4) ? null : dst;
        op.filter(choices.oneIn(16) ? dst : src, to);
    }

    private static BufferedImage image(Choices choices) {
        int type = 1 + choices.below(BufferedImage.TYPE_BYTE_INDEXED);
        var image = new BufferedImage(1 + choices.below(20), 1 + choices.below(12), type);
        for (int i = choices.below(4); i > 0; i--) {
            image.setRGB(choices.below(image.getWidth()), choices.below(image.getHeight()), choices.extent(255) << 8);
        }
        int x = choices.oneIn(4) ? choices.below(image.getWidth()) : 0;
        return x == 0 ? image : image.getSubimage(x, 0, image.getWidth() - x, image.getHeight());
    }

    /** Of its own buffer, or a part of one whose corner lies elsewhere. */
    private static WritableRaster raster(Choices choices) {
        SampleModel model = model(choices);
        WritableRaster raster = Raster.createWritableRaster(model, new Point(place(choices), place(choices)));
        int bands = raster.getNumBands();
        for (int i = choices.below(4); i > 0; i--) {
            raster.setSample(
                    raster.getMinX() + choices.below(raster.getWidth()),
                    raster.getMinY() + choices.below(raster.getHeight()),
                    choices.below(bands),
                    choices.number());
        }
        if (!choices.oneIn(3)) {
            return raster;
        }
        int x = choices.below(raster.getWidth());
        int y = choices.below(raster.getHeight());
        int[] some = choices.oneIn(2)
                ? IntStream.range(0, 1 + choices.below(bands))
                        .map(i -> bands - 1 - i)
                        .toArray()
                : IntStream.range(0, bands).toArray();
        return raster.createWritableChild(
                raster.getMinX() + x,
                raster.getMinY() + y,
                raster.getWidth() - x,
                raster.getHeight() - y,
                place(choices),
                place(choices),
                some);
    }

    private static int place(Choices choices) {
        return choices.oneIn(8) ? choices.extent(100) : choices.below(7) - 3;
    }

    private static SampleModel model(Choices choices) {
        int width = 1 + choices.below(20);
        int height = 1 + choices.below(12);
        int bands = 1 + choices.below(5);
        int type = choices.below(DataBuffer.TYPE_DOUBLE + 1);
        return switch (choices.below(4)) {
            case 0 -> new BandedSampleModel(type, width, height, bands);
            case 1 ->
                new SinglePixelPackedSampleModel(
                        DataBuffer.TYPE_INT, width, height, new int[] {0xff, 0x1f00, 0xff0000, 0x80000000});
            case 2 -> new MultiPixelPackedSampleModel(DataBuffer.TYPE_BYTE, width, height, 1 << choices.below(4));
            default ->
                new ComponentSampleModel(
                        type,
                        width,
                        height,
                        bands + choices.below(3),
                        (bands + 3) * width + choices.below(5),
                        IntStream.range(0, bands).map(i -> choices.below(bands)).toArray());
        };
    }
}
