package io.github.faltung.image;

import io.github.faltung.convolution.ConvolutionDescriptor;
import io.github.faltung.convolution.LayerTypes;
import io.github.faltung.convolution.Padding;
import io.github.faltung.convolution.PostOp;
import io.github.faltung.convolution.Quantization;
import io.github.faltung.tensor.DataType;
import java.util.List;

/**
 * A window of 8-bit weights as a layer from blocks of a row's bytes to vectors of results: the weights from those to these are a Toeplitz matrix, as
 * of the planner's {@code WidthAsChannels}.
 */
final class ByteBlocks {
    private final ByteTerm.EightBits term;
    private final int pixelBytes;
    private final int block;
    private final int blocks;

    ByteBlocks(ByteTerm.EightBits term, SumCosts costs) {
        this.term = term;
        this.pixelBytes = costs.pixelBytes();
        this.block = costs.block();
        this.blocks = costs.blocks(term.window().width());
    }

    /** Returns how many bytes a block has. */
    int block() {
        return block;
    }

    /** Returns the layer, which makes as many results of a row as it has bytes: beyond these the last windows see zeros, and their results mean nothing. */
    ConvolutionDescriptor layer(DataType dst, List<PostOp> postOps) {
        int step = SumCosts.RESULTS / block;
        return ConvolutionDescriptor.conv2d(block, SumCosts.RESULTS)
                .kernel(term.window().height(), blocks)
                .stride(1, step)
                .padding(Padding.explicit(List.of(0, 0), List.of(0, blocks - step)))
                .dataTypes(new LayerTypes(DataType.U8, DataType.S8, dst))
                .quantization(Quantization.NONE.withWeights(List.of(term.unit())))
                .postOps(postOps)
                .build();
    }

    /** Returns {@code [results, block, height, blocks]}. */
    float[] weights() {
        int height = term.window().height();
        int width = term.window().width();
        var weights = new float[SumCosts.RESULTS * block * height * blocks];
        for (int result = 0; result < SumCosts.RESULTS; result++) {
            for (int x = 0; x < width; x++) {
                int place = result + x * pixelBytes;
                int first = (result * block + place % block) * height * blocks;
                for (int y = 0; y < height; y++) {
                    weights[first + y * blocks + place / block] = term.window().weights()[y * width + x];
                }
            }
        }
        return weights;
    }
}
