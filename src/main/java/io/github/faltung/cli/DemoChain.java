package io.github.faltung.cli;

import static io.github.faltung.convolution.ConvolutionDescriptor.conv2d;
import static io.github.faltung.convolution.ConvolutionDescriptor.transposed2d;

import io.github.faltung.convolution.ConvolutionDescriptor;
import io.github.faltung.convolution.DepthwiseSeparable;
import io.github.faltung.convolution.Link;
import io.github.faltung.convolution.PoolingDescriptor;
import io.github.faltung.convolution.PostOp;
import io.github.faltung.convolution.SequentialDescriptor;
import io.github.faltung.tensor.Dims;
import java.util.Locale;

/** Chains in the shapes of well-known nets, padded so that they fit any picture. */
enum DemoChain {
    /** Depthwise 3×3, ReLU, pointwise (Howard and others, 2017, MobileNets, §3.1). */
    DEPTHWISE_SEPARABLE(32) {
        @Override
        SequentialDescriptor of(Dims src) {
            ConvolutionDescriptor standard =
                    conv2d(32, 64).kernel(3).padding(1).postOps(PostOp.relu()).build();
            return DepthwiseSeparable.of(standard, PostOp.relu()).chain(true);
        }
    },
    /** An inverted residual: widen by 1×1, filter by depthwise 3×3, narrow by 1×1 and add the source (Sandler and others, 2018). */
    MOBILENET_V2(16) {
        @Override
        SequentialDescriptor of(Dims src) {
            ConvolutionDescriptor expand = conv2d(16, 96).postOps(RELU6).build();
            ConvolutionDescriptor filter = conv2d(96, 96)
                    .depthwise()
                    .kernel(3)
                    .padding(1)
                    .postOps(RELU6)
                    .build();
            ConvolutionDescriptor project = conv2d(96, 16).postOps(PostOp.sum()).build();
            return SequentialDescriptor.of(Link.withBias(expand), Link.withBias(filter))
                    .thenAdding(0, Link.withBias(project));
        }
    },
    /** LeNet-5 (LeCun and others, 1998) with maxima as its subsampling and 1×1 as its dense layers. */
    LENET(1) {
        @Override
        SequentialDescriptor of(Dims src) {
            Link halving = Link.of(PoolingDescriptor.max2d().kernel(2).stride(2).build());
            return SequentialDescriptor.of(
                    convolution(1, 6, 5),
                    halving,
                    convolution(6, 16, 5),
                    halving,
                    convolution(16, 120, 5),
                    convolution(120, 84, 1),
                    Link.withBias(conv2d(84, 10).build()));
        }
    },
    /** Down twice, up twice by transposed layers, the skips as sums (Ronneberger and others, 2015, concatenate). */
    UNET(3) {
        @Override
        SequentialDescriptor of(Dims src) {
            int height = (int) src.get(2);
            int width = (int) src.get(3);
            return SequentialDescriptor.of(convolution(3, 8, 3), down(8, 16), down(16, 32))
                    .thenAdding(2, up(32, 16, half(height), half(width)))
                    .then(convolution(16, 16, 3))
                    .thenAdding(1, up(16, 8, height, width))
                    .then(Link.withBias(conv2d(8, 1).build()));
        }

        private static int half(int extent) {
            return (extent + 1) / 2;
        }

        private static Link down(int from, int to) {
            return Link.withBias(conv2d(from, to)
                    .kernel(3)
                    .stride(2)
                    .padding(1)
                    .postOps(PostOp.relu())
                    .build());
        }

        /** A step that ends in an odd extent came from half of it rounded up; one that ends in an even extent lacks an element. */
        private static Link up(int from, int to, int height, int width) {
            return Link.withBias(transposed2d(from, to)
                    .kernel(3)
                    .stride(2)
                    .padding(1)
                    .outputPadding((height + 1) % 2, (width + 1) % 2)
                    .postOps(PostOp.sum(), PostOp.relu())
                    .build());
        }
    };

    private static final PostOp RELU6 = PostOp.clip(0, 6);

    private final int channels;

    DemoChain(int channels) {
        this.channels = channels;
    }

    /** Returns how many channels the source has. */
    int channels() {
        return channels;
    }

    /**
     * Returns the chain.
     *
     * @param src what it is applied to; transposed layers give back its extents
     */
    abstract SequentialDescriptor of(Dims src);

    /** Returns the chain in a line. */
    String describe(Dims src) {
        SequentialDescriptor chain = of(src);
        return String.format(
                Locale.ROOT,
                "%d layers, %s to %s, %d parameters, %.2e multiply-adds",
                chain.links().size(),
                src,
                chain.dstDims(src),
                chain.parameters(),
                chain.multiplyAdds(src));
    }

    private static Link convolution(int from, int to, int kernel) {
        return Link.withBias(conv2d(from, to)
                .kernel(kernel)
                .padding(kernel / 2)
                .postOps(PostOp.relu())
                .build());
    }
}
