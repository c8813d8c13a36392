package io.github.faltung.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.faltung.convolution.Engine;
import io.github.faltung.reference.ReferenceEngine;
import java.awt.geom.Point2D;
import java.awt.image.BandedSampleModel;
import java.awt.image.BufferedImage;
import java.awt.image.DataBuffer;
import java.awt.image.ImagingOpException;
import java.awt.image.Kernel;
import java.awt.image.Raster;
import java.awt.image.WritableRaster;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;

class ConvolutionOpMisuseTest {
    private static final ConvolutionOp OP =
            new ConvolutionOp(new Kernel(3, 3, new float[] {0.1f, 0.1f, 0.1f, 0.1f, 0.2f, 0.1f, 0.1f, 0.1f, 0.1f}));

    private final BufferedImage image = TestImages.noise(BufferedImage.TYPE_INT_RGB, 12, 10, 1);

    @Test
    void filter_inPlace_isRefusedAsConvolveOpDoes() {
        String message = "src image cannot be the same as the dst image";
        assertThatThrownBy(() -> OP.filter(image, image))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage(message);
        WritableRaster raster = image.getRaster();
        assertThatThrownBy(() -> OP.filter(raster, raster))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage(message);
    }

    @Test
    @SuppressWarnings("NullAway")
    void filter_null_isRefused() {
        assertThatThrownBy(() -> OP.filter((BufferedImage) null, null))
                .isInstanceOf(NullPointerException.class)
                .hasMessage("src image is null");
        assertThatThrownBy(() -> OP.filter((Raster) null, null)).isInstanceOf(NullPointerException.class);
        assertThatThrownBy(() -> ConvolutionOp.with(null)).isInstanceOf(NullPointerException.class);
        assertThatThrownBy(() -> ConvolutionOp.with(Kernels.identity()).edge(null))
                .isInstanceOf(NullPointerException.class);
        assertThatThrownBy(() -> ConvolutionOp.with(Kernels.identity()).engine(null))
                .isInstanceOf(NullPointerException.class);
    }

    @Test
    void filter_rastersOfOtherBands_areRefusedAsConvolveOpDoes() {
        WritableRaster grey = new BufferedImage(12, 10, BufferedImage.TYPE_BYTE_GRAY).getRaster();
        assertThatThrownBy(() -> OP.filter(image.getRaster(), grey))
                .isInstanceOf(ImagingOpException.class)
                .hasMessage("dst must have as many bands as src, 3, but has 1");
    }

    @Test
    void filter_greyDestinationOfOtherSize_isRefusedAsConvolveOpDoes() {
        assertThatThrownBy(() -> OP.filter(image, new BufferedImage(5, 5, BufferedImage.TYPE_BYTE_GRAY)))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> new java.awt.image.ConvolveOp(OP.getKernel())
                        .filter(image, new BufferedImage(5, 5, BufferedImage.TYPE_BYTE_GRAY)))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void filter_closedEngine_isRefused() {
        Engine engine = new ReferenceEngine();
        ConvolutionOp used = ConvolutionOp.with(Kernels.box(3)).engine(engine).build();
        used.filter(image, null);
        ConvolutionOp unused = ConvolutionOp.with(Kernels.box(3)).engine(engine).build();
        engine.close();

        for (ConvolutionOp op : List.of(used, unused)) {
            assertThatThrownBy(() -> op.filter(image, null))
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessageContaining("closed");
        }
    }

    @Test
    void builder_wrongValues_areRefused() {
        assertThatThrownBy(() -> ConvolutionOp.with(Kernels.identity()).constantEdge(Double.NaN))
                .hasMessage("constant must be finite, but was NaN");
        var floats = Raster.createWritableRaster(new BandedSampleModel(DataBuffer.TYPE_FLOAT, 3, 3, 1), null);
        assertThatThrownBy(() -> ConvolutionOp.with(Kernels.identity())
                        .linearLight()
                        .build()
                        .filter(floats, null))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("linearLight must be of samples of at most 16 bits");
    }

    @Test
    void conditions_ofEdges_areConvolveOpsOrOther() {
        for (Edge edge : Edge.values()) {
            ConvolutionOp op = ConvolutionOp.with(Kernels.identity()).edge(edge).build();
            assertThat(op.edge()).isEqualTo(edge);
            assertThat(op.getEdgeCondition()).isEqualTo(edge == Edge.ZERO_FILL ? 0 : edge == Edge.NO_OP ? 1 : -1);
        }
    }

    @Test
    void getPoint2D_any_isTheSame() {
        var point = new Point2D.Double(1.5, -2);
        var given = new Point2D.Float();
        assertThat(OP.getPoint2D(point, null)).isEqualTo(point);
        assertThat(OP.getPoint2D(point, given)).isSameAs(given).isEqualTo(point);
    }

    @Test
    void filter_notNumbers_areWhatTheSumIs() {
        WritableRaster src = Raster.createWritableRaster(new BandedSampleModel(DataBuffer.TYPE_FLOAT, 5, 1, 1), null);
        src.setSample(2, 0, 0, Float.NaN);
        WritableRaster dst = ConvolutionOp.with(ImageKernel.of(3, 1, 1, 1, 1))
                .edge(Edge.REPLICATE)
                .build()
                .filter(src, null);
        assertThat(dst.getPixels(0, 0, 5, 1, (float[]) null)).containsExactly(0, Float.NaN, Float.NaN, Float.NaN, 0);
    }

    /** More kernels than layers are kept, on one engine, from eight threads: some layers are closed while others are used. */
    @Test
    void filter_manyThreadsManyKernels_isTheSame() throws Exception {
        var ops = new ArrayList<ConvolutionOp>();
        var expected = new ArrayList<int[]>();
        for (int i = 0; i < 70; i++) {
            ImageKernel kernel = Kernels.gaussian(0.5 + i / 100.0, 5);
            ops.add(ConvolutionOp.with(kernel).edge(Edge.WRAP).build());
            try (Engine engine = new ReferenceEngine()) {
                expected.add(pixels(ConvolutionOp.with(kernel)
                        .edge(Edge.WRAP)
                        .engine(engine)
                        .build()));
            }
        }
        var pool = Executors.newFixedThreadPool(8);
        try {
            var results = new ArrayList<Future<int[]>>();
            for (int call = 0; call < 240; call++) {
                ConvolutionOp op = ops.get(call * 3 % 70);
                results.add(pool.submit(() -> pixels(op)));
            }
            for (int call = 0; call < 240; call++) {
                assertThat(results.get(call).get()).isEqualTo(expected.get(call * 3 % 70));
            }
        } finally {
            pool.shutdownNow();
        }
    }

    private int[] pixels(ConvolutionOp op) {
        return op.filter(image, null).getRGB(0, 0, 12, 10, null, 0, 12);
    }
}
