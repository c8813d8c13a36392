package io.github.faltung.image;

import io.github.faltung.convolution.ConvolutionDescriptor;
import io.github.faltung.convolution.LayerTypes;
import io.github.faltung.convolution.Padding;
import io.github.faltung.convolution.PostOp;
import io.github.faltung.convolution.Quantization;
import io.github.faltung.tensor.DataType;
import java.util.List;

/**
 * A window of 8-bit weights as a layer from blocks of a row's bytes to blocks of results: the weights from those to these are a Toeplitz matrix, as
 * of the planner's {@code WidthAsChannels}.
 */
final class ByteBlocks {
    private final ByteTerm.EightBits term;
    private final int pixelBytes;

    /**
     * Makes it.
     *
     * @param pixelBytes from a sample to its neighbour
     */
    ByteBlocks(ByteTerm.EightBits term, int pixelBytes) {
        this.term = term;
        this.pixelBytes = pixelBytes;
    }

    /** Returns the layer, which makes as many blocks of a row as there are: what the last ones see beyond is zeros, and their results mean nothing. */
    ConvolutionDescriptor layer(DataType dst, List<PostOp> postOps) {
        return ConvolutionDescriptor.conv2d(SumCosts.BLOCK, SumCosts.BLOCK)
                .kernel(term.window().height(), columns())
                .padding(Padding.explicit(List.of(0, 0), List.of(0, columns() - 1)))
                .dataTypes(new LayerTypes(DataType.U8, DataType.S8, dst))
                .quantization(Quantization.NONE.withWeights(List.of(term.unit())))
                .postOps(postOps)
                .build();
    }

    private int columns() {
        return SumCosts.columns(term.window().width(), pixelBytes);
    }

    /** Returns {@code [block, block, height, columns]}. */
    float[] weights() {
        int height = term.window().height();
        int width = term.window().width();
        var weights = new float[SumCosts.BLOCK * SumCosts.BLOCK * height * columns()];
        for (int output = 0; output < SumCosts.BLOCK; output++) {
            for (int x = 0; x < width; x++) {
                int place = output + x * pixelBytes;
                int first = (output * SumCosts.BLOCK + place % SumCosts.BLOCK) * height * columns();
                for (int y = 0; y < height; y++) {
                    weights[first + y * columns() + place / SumCosts.BLOCK] =
                            term.window().weights()[y * width + x];
                }
            }
        }
        return weights;
    }
}
