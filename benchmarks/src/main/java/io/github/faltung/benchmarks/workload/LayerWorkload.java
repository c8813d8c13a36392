package io.github.faltung.benchmarks.workload;

import io.github.faltung.checking.Comparison;
import io.github.faltung.checking.OutputSample;
import io.github.faltung.convolution.AxisGeometry;
import io.github.faltung.convolution.Convolution;
import io.github.faltung.convolution.ConvolutionDescriptor;
import io.github.faltung.convolution.ConvolutionProblem;
import io.github.faltung.convolution.Evaluator;
import io.github.faltung.convolution.ProblemLine;
import io.github.faltung.reference.ReferenceEngine;
import io.github.faltung.tensor.Layout;
import io.github.faltung.tensor.Tensor;
import java.util.Locale;

/**
 * One layer of a layer file, in f32, without bias.
 *
 * @param layout of source and destination, as the user has them
 * @param name as the layer file has it
 */
public record LayerWorkload(ConvolutionProblem problem, Layout layout, String name) implements Workload {
    static final String KIND = "layer";

    /** Of so many outputs at most are compared; half of a sample lies on a border. */
    private static final long MOST_OUTPUTS = 4096;

    /** What comparing may cost: under a second of the reference. */
    private static final long MULTIPLY_ADDS = 100_000_000;

    /** Returns the layer of a layer file's line. */
    public static LayerWorkload of(String line, Layout layout) {
        ProblemLine parsed = ProblemLine.parse(line, false);
        ConvolutionProblem problem = parsed.convolution();
        return new LayerWorkload(problem, layout, parsed.name().isEmpty() ? problem.toString() : parsed.name());
    }

    static LayerWorkload parse(String text) {
        String[] words = text.split(" ", 2);
        return of(words[1], layout(words[0]));
    }

    /** Returns the layout of a short name. */
    public static Layout layout(String name) {
        return switch (name) {
            case "nchw" -> Layout.CHANNELS_FIRST;
            case "nhwc" -> Layout.CHANNELS_LAST;
            default -> throw new IllegalArgumentException("layout must be nchw or nhwc, but was " + name);
        };
    }

    /** Returns the short name of a layout, whatever the number of axes. */
    public static String layout(Layout layout) {
        return layout == Layout.CHANNELS_LAST ? "nhwc" : "nchw";
    }

    @Override
    public String text() {
        return String.format(Locale.ROOT, "%s %s %s", KIND, layout(layout), new ProblemLine(problem, name));
    }

    /** Returns the operations of a call: two a multiply-add. Those with padding do not count, since nobody need do them. */
    public double operations() {
        ConvolutionDescriptor layer = problem.descriptor();
        double channels = (double) layer.inputChannels() * (layer.outputChannels() / layer.groups());
        double windows = problem.axes().stream()
                .mapToDouble(axis -> pairs(axis, layer.transposed()))
                .reduce(1, (a, b) -> a * b);
        return 2 * problem.minibatch() * channels * windows;
    }

    /** Returns how many pairs there are along an axis of a window and a tap of it that meets an element. */
    private static long pairs(AxisGeometry axis, boolean transposed) {
        long windows = transposed ? axis.src() : axis.dst();
        long elements = transposed ? axis.dst() : axis.src();
        long pairs = 0;
        for (int tap = 0; tap < axis.kernel(); tap++) {
            long offset = (long) tap * axis.dilation() - axis.paddingL();
            long first = Math.max(0, -Math.floorDiv(offset, axis.stride()));
            long last = Math.min(windows - 1, Math.floorDiv(elements - 1 - offset, axis.stride()));
            pairs += Math.max(0, last - first + 1);
        }
        return pairs;
    }

    /** Returns {@code [OC, IC/G, k…]}, transposed {@code [IC, OC/G, k…]}. */
    public float[] weights() {
        return Values.random(1, problem.descriptor().weightsDims(), 1);
    }

    /** Returns {@code [MB, IC, spatial…]}. */
    public float[] src() {
        return Values.random(2, problem.srcDims(), 1);
    }

    /** {@inheritDoc} Of a large output a sample is compared, since the reference is slow. */
    @Override
    public Comparison compare(float[] found) {
        long most = Math.min(MOST_OUTPUTS, OutputSample.outputsWithin(problem, MULTIPLY_ADDS));
        OutputSample sample = OutputSample.of(problem.dstDims(), most, 0);
        long[] positions = sample.positions();
        var compared = new float[positions.length];
        for (int i = 0; i < positions.length; i++) {
            compared[i] = found[Math.toIntExact(positions[i])];
        }
        try (var engine = new ReferenceEngine();
                Tensor weights = Tensor.of(weights(), problem.descriptor().weightsDims());
                Tensor src = Tensor.of(src(), problem.srcDims());
                Tensor dst = Tensor.allocate(problem.dstDims());
                Convolution reference = engine.convolution(problem.descriptor(), weights)) {
            return Comparison.bounded(
                    problem.descriptor(), ((Evaluator) reference).evaluate(src, dst, positions), sample, compared);
        }
    }
}
