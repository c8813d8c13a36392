package io.github.faltung.convolution;

import io.github.faltung.tensor.Dims;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.SplittableRandom;
import java.util.stream.Stream;

/** Small random problems of every kind, the same ones for the same seed. For one thread. */
public final class RandomProblems {
    private final Random random;
    private int mostGroups = 3;
    private int channelsPerGroup = 3;
    private List<List<PostOp>> chains = List.of(List.of());
    private boolean typed;

    /** Returns a seed for one case of many, unlike those of its neighbours, which {@link Random} would take for nearly the same. */
    public static long seed(long sequence, int index) {
        return new SplittableRandom(sequence + index).nextLong();
    }

    /** Begins a sequence. */
    public RandomProblems(long seed) {
        random = new Random(seed);
    }

    /**
     * Makes the problems that follow wide: channels beyond a vector register and its tails, larger windows, chains of post-ops, in which
     * several operands are repeated for all channels.
     */
    public RandomProblems wide() {
        channelsPerGroup = 40;
        mostGroups = 20;
        chains = List.of(
                List.of(),
                List.of(),
                List.of(PostOp.relu()),
                List.of(PostOp.sum()),
                List.of(PostOp.sum(2), PostOp.leakyRelu(0.5f)),
                List.of(PostOp.clip(-20, 20), PostOp.sum()),
                List.of(PostOp.gelu()),
                List.of(PostOp.swish(), PostOp.elu(0.5f)),
                List.of(PostOp.hardswish(), PostOp.sigmoid()),
                List.of(PostOp.mish(), PostOp.linear(-2, 3)),
                List.of(PostOp.softplus(), PostOp.sum(), PostOp.abs()),
                List.of(PostOp.abs(), PostOp.linear(3, -4)),
                List.of(PostOp.hardsigmoid()),
                List.of(PostOp.geluTanh(), PostOp.sum(0.5f), PostOp.tanh()),
                List.of(PostOp.multiply(0.5f, -1.5f, 2), PostOp.add(-0.25f, 1.5f)),
                List.of(PostOp.add(3, -5, 2, 1), PostOp.relu(), PostOp.sum()),
                List.of(PostOp.sum(), PostOp.multiply(-2), PostOp.prelu(2, -1, 3, 0, 1)),
                List.of(PostOp.prelu(0.1f, -0.5f, 1.25f)),
                List.of(PostOp.prelu(0.25f), PostOp.add(-2)),
                List.of(PostOp.max(-0.5f, 0.25f, -2), PostOp.sum(0.5f), PostOp.min(1.5f)),
                List.of(PostOp.gelu(), PostOp.min(2, 1, 0.5f), PostOp.multiply(3, 0.1f), PostOp.tanh()));
        return this;
    }

    /** Makes the problems that follow of all types. */
    public RandomProblems typed() {
        typed = true;
        return this;
    }

    /** Makes the problems that follow have no post-ops. */
    public RandomProblems withoutPostOps() {
        chains = List.of(List.of());
        return this;
    }

    /** Returns problems, those thrown away that a layer can't be applied to. */
    public List<ConvolutionProblem> take(int count) {
        return Stream.generate(this::next).limit(count).toList();
    }

    /** Returns the next problem, without post-ops. */
    public ConvolutionProblem next() {
        while (true) {
            try {
                return candidate();
            } catch (IllegalArgumentException e) {
                // kernel larger than the source, nothing left of the output: try another
            }
        }
    }

    private ConvolutionProblem candidate() {
        int axes = between(1, 3);
        int groups = random.nextInt(3) > 0 ? 1 : between(1, mostGroups);
        boolean transposed = random.nextBoolean();
        List<Integer> strides = perAxis(axes, 1, 3);
        List<Integer> dilation = perAxis(axes, 1, 3);
        var outputPadding = new ArrayList<>(Collections.nCopies(axes, 0));
        Padding padding = padding(axes);
        if (transposed && padding != Padding.causal()) {
            outputPadding.replaceAll(zero -> random.nextInt(3));
        }
        int inputChannels = groups * between(1, groups > 1 && random.nextBoolean() ? 1 : channelsPerGroup);
        int outputChannels = groups * between(1, groups > 1 && random.nextBoolean() ? 1 : channelsPerGroup);
        var layer = new ConvolutionDescriptor(
                inputChannels,
                outputChannels,
                groups,
                perAxis(axes, 1, 4),
                strides,
                dilation,
                padding,
                transposed,
                outputPadding,
                List.of(),
                random.nextInt(4) == 0,
                perChannel(chains.get(random.nextInt(chains.size())), outputChannels));
        if (typed) {
            layer = new RandomTypes(random).of(layer);
        }
        long[] src = new long[2 + axes];
        src[0] = between(1, 2);
        src[1] = layer.inputChannels();
        for (int axis = 0; axis < axes; axis++) {
            src[2 + axis] = between(1, axes == 3 ? 5 : 9);
        }
        return new ConvolutionProblem(layer, Dims.of(src));
    }

    /** Returns a chain in which several operands are repeated until there is one for each channel. */
    static List<PostOp> perChannel(List<PostOp> chain, int channels) {
        return chain.stream().map(postOp -> perChannel(postOp, channels)).toList();
    }

    private static PostOp perChannel(PostOp postOp, int channels) {
        if (!(postOp instanceof PostOp.PerChannel constant)
                || constant.operands().size() == 1) {
            return postOp;
        }
        List<Float> all = Stream.iterate(0, i -> i + 1)
                .limit(channels)
                .map(i -> constant.operand(i % constant.operands().size()))
                .toList();
        return postOp instanceof PostOp.Binary binary
                ? new PostOp.Binary(binary.operation(), all)
                : new PostOp.Prelu(all);
    }

    private Padding padding(int axes) {
        List<Padding.Mode> modes = List.of(Padding.Mode.values());
        int choice = random.nextInt(2 * modes.size());
        return choice < modes.size() ? modes.get(choice) : Padding.explicit(perAxis(axes, 0, 4), perAxis(axes, 0, 4));
    }

    private List<Integer> perAxis(int axes, int least, int most) {
        return Stream.generate(() -> between(least, most)).limit(axes).toList();
    }

    private int between(int least, int most) {
        return least + random.nextInt(most - least + 1);
    }

    /** Returns integers from −bound to bound, none of them 0, whose sums and products are exact. */
    public float[] integers(long length, int bound) {
        var values = new float[Math.toIntExact(length)];
        for (int i = 0; i < values.length; i++) {
            int value = between(1, 2 * bound);
            values[i] = value <= bound ? value : bound - value;
        }
        return values;
    }
}
