package io.github.faltung.image;

import static io.github.faltung.convolution.ConvolutionDescriptor.conv2d;
import static io.github.faltung.convolution.ConvolutionDescriptor.transposed2d;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.faltung.convolution.Engine;
import io.github.faltung.convolution.Link;
import io.github.faltung.convolution.PoolingDescriptor;
import io.github.faltung.convolution.PostOp;
import io.github.faltung.convolution.ReceptiveField;
import io.github.faltung.convolution.SequentialDescriptor;
import io.github.faltung.reference.ReferenceEngine;
import io.github.faltung.tensor.Dims;
import java.awt.Rectangle;
import java.awt.image.BufferedImage;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class ReceptiveFieldOverlayTest {
    private static final int HEIGHT = 24;
    private static final int WIDTH = 31;
    private static final Dims SRC = Dims.of(1, 2, HEIGHT, WIDTH);
    private static final Link THREE =
            Link.withBias(conv2d(2, 2).kernel(3).padding(1).build());

    private final Engine engine = new ReferenceEngine();

    @AfterEach
    void close() {
        engine.close();
    }

    static Stream<SequentialDescriptor> chains() {
        Link strided = Link.of(conv2d(2, 2).kernel(3).stride(2).padding(1).build());
        Link maximum =
                Link.of(PoolingDescriptor.max2d().kernel(2).stride(2).ceilMode().build());
        Link dense = Link.of(conv2d(2, 2).kernel(3, 5).dilation(1).build());
        Link up = Link.of(transposed2d(2, 2).kernel(4).stride(2).padding(1).build());
        Link unreached = Link.of(conv2d(2, 2).kernel(2).stride(3).build());
        Link adding =
                Link.of(conv2d(2, 2).kernel(3).padding(1).postOps(PostOp.sum()).build());
        return Stream.of(
                SequentialDescriptor.of(THREE),
                SequentialDescriptor.of(THREE, strided, maximum, dense),
                SequentialDescriptor.of(strided, unreached),
                SequentialDescriptor.of(strided, THREE, up, THREE),
                SequentialDescriptor.of(THREE, THREE).thenAdding(0, adding).then(maximum));
    }

    @ParameterizedTest
    @MethodSource("chains")
    void field_anyOutput_isTheReceptiveFieldAndHasAllPaths(SequentialDescriptor chain) {
        Dims dst = chain.dstDims(SRC);
        int[][] outputs = {
            {0, 0}, {(int) dst.get(2) - 1, (int) dst.get(3) - 1}, {(int) dst.get(2) / 2, (int) dst.get(3) / 2}
        };
        for (int[] output : outputs) {
            boolean exact = output == outputs[2] && chain.links().stream().noneMatch(Link::transposed);
            ReceptiveFieldOverlay overlay = ReceptiveFieldOverlay.of(engine, chain, SRC, output[0], output[1]);
            assertThat(overlay.field()).isEqualTo(field(chain, output[0], output[1]));
            for (int row = 0; row < HEIGHT; row++) {
                for (int column = 0; column < WIDTH; column++) {
                    boolean reaches = overlay.paths(row, column) > 0;
                    boolean inside = overlay.field().contains(column, row);
                    // Near the border some paths lead through padding in between; behind a transposed layer the field
                    // is an upper bound.
                    assertThat(exact ? reaches == inside : !reaches || inside)
                            .as("%s: pixel %d, %d", chain, row, column)
                            .isTrue();
                }
            }
        }
    }

    private static Rectangle field(SequentialDescriptor chain, int row, int column) {
        List<ReceptiveField> fields =
                chain.table(SRC).rows().get(chain.links().size() - 1).fields();
        long top = fields.get(0).first(row);
        long left = fields.get(1).first(column);
        return new Rectangle((int) left, (int) top, (int) (fields.get(1).last(column) - left + 1), (int)
                (fields.get(0).last(row) - top + 1));
    }

    @Test
    void paths_twoLayersOfThree_are123TimesItself() {
        ReceptiveFieldOverlay overlay =
                ReceptiveFieldOverlay.of(engine, SequentialDescriptor.of(THREE, THREE), SRC, 10, 10);

        int[] once = {1, 2, 3, 2, 1};
        for (int row = 0; row < 5; row++) {
            for (int column = 0; column < 5; column++) {
                assertThat(overlay.paths(8 + row, 8 + column)).isEqualTo(once[row] * once[column]);
            }
        }
        assertThat(overlay.mostPaths()).isEqualTo(9);
        assertThat(overlay.describe())
                .isEqualTo("Output element (10, 10) of 24×31 sees 5×5 of 24×31 pixels: rows 8 to 12, columns 8 to 12.");
    }

    @Test
    void draw_anyPlace_showsThePictureInsideAndPalesItOutside() {
        var planes = new float[3 * HEIGHT * WIDTH];
        var picture = new Picture(3, WIDTH, HEIGHT, planes); // black
        SequentialDescriptor chain = SequentialDescriptor.of(THREE, THREE);

        BufferedImage image =
                ReceptiveFieldOverlay.of(engine, chain, SRC, 10, 10).draw(picture, Theme.LIGHT);
        BufferedImage corner =
                ReceptiveFieldOverlay.of(engine, chain, SRC, 0, 0).draw(picture, Theme.DARK);

        assertThat(image.getWidth()).isBetween(400, 1200);
        assertThat(corner.getRGB(0, 0)).isEqualTo(Colour.PANEL.in(Theme.DARK).getRGB());
        assertThatThrownBy(() -> ReceptiveFieldOverlay.of(engine, chain, SRC, 0, 0)
                        .draw(new Picture(1, 2, 2, new float[4]), Theme.LIGHT))
                .hasMessageContaining("picture must have 24×31 pixels, but had 2×2");
    }

    @Test
    void draw_elementThatSeesNothing_saysSo() {
        Link gaps = Link.of(transposed2d(2, 2).kernel(1).stride(2).build());
        ReceptiveFieldOverlay overlay = ReceptiveFieldOverlay.of(engine, SequentialDescriptor.of(gaps), SRC, 1, 1);

        assertThat(overlay.field().isEmpty()).isTrue();
        assertThat(overlay.describe()).endsWith("sees no pixel.");
        assertThat(overlay.draw(new Picture(1, WIDTH, HEIGHT, new float[HEIGHT * WIDTH]), Theme.LIGHT))
                .isNotNull();
    }

    @Test
    void of_noSuchElementOrTooLarge_isRefusedWithTheValue() {
        SequentialDescriptor chain = SequentialDescriptor.of(THREE);
        assertThatThrownBy(() -> ReceptiveFieldOverlay.of(engine, chain, SRC, 24, 0))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("output element must be within 24×31, but was row 24, column 0");
        assertThatThrownBy(() -> ReceptiveFieldOverlay.of(engine, chain, Dims.of(1, 2, 5000, 5000), 0, 0))
                .isInstanceOf(UnsupportedDrawingException.class)
                .hasMessageContaining("src must have at most 16000000 pixels to be drawn, but was 1x2x5000x5000");
        assertThatThrownBy(() -> ReceptiveFieldOverlay.of(engine, chain, Dims.of(2, 2, 5, 5), 0, 0))
                .hasMessageContaining("src must be [1, C, height, width]");
    }

    @Test
    void ofMiddle_outputThatFitsNoArray_isRefusedByName() {
        SequentialDescriptor chain = SequentialDescriptor.of(
                Link.of(transposed2d(1, 1).kernel(3).stride(20_000).build()));

        assertThatThrownBy(() -> ReceptiveFieldOverlay.ofMiddle(engine, chain, Dims.of(1, 1, 15, 20)))
                .isInstanceOf(UnsupportedDrawingException.class)
                .hasMessageStartingWith(
                        "output of layer 1 must have at most 2147483639 elements a channel to be drawn, but was "
                                + "280003×380003: ");
    }

    @Test
    void of_kernelThatFitsNoArray_isRefusedByName() {
        SequentialDescriptor chain = SequentialDescriptor.of(
                Link.of(conv2d(1, 1).kernel(50_000).padding(25_000).build()));
        assertThatThrownBy(() -> ReceptiveFieldOverlay.of(engine, chain, Dims.of(1, 1, 3, 3), 0, 0))
                .isInstanceOf(UnsupportedDrawingException.class)
                .hasMessageStartingWith("kernel must have at most 2147483639 elements a channel to be drawn, but was "
                        + "50000×50000: ");
    }

    @Test
    void source_chain_hasTheFirstConvolutionsChannels() {
        Link maximum = Link.of(PoolingDescriptor.max2d().kernel(2).build());

        assertThat(ReceptiveFieldOverlay.source(SequentialDescriptor.of(maximum, THREE), 4, 5))
                .isEqualTo(Dims.of(1, 2, 4, 5));
        assertThat(ReceptiveFieldOverlay.source(SequentialDescriptor.of(maximum), 4, 5))
                .isEqualTo(Dims.of(1, 1, 4, 5));
    }
}
