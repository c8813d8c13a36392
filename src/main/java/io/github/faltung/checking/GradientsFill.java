package io.github.faltung.checking;

import io.github.faltung.convolution.AxisGeometry;
import io.github.faltung.convolution.ConvolutionDescriptor;
import io.github.faltung.convolution.ConvolutionProblem;

/**
 * Source x, weights w and diffDst y for gradients. Integers if these leave the output and every gradient exact in f32, whatever the order
 * of summation: with |x| ≤ X, |w| ≤ W and |y| ≤ Y
 *
 * <pre>
 * conv(x, w)             IC/G·k    · X·W ≤ 2²⁴
 * backwardData(y, w)     OC/G·k    · W·Y ≤ 2²⁴
 * backwardWeights(x, y)  MB·places · X·Y ≤ 2²⁴
 * its bias               MB·OD·OH·OW · Y ≤ 2²⁴
 * </pre>
 *
 * <p>k is the number of a window's elements, places that of the windows. Otherwise reals, as {@link RealFill} has them.
 *
 * @param exact whether they are integers
 */
record GradientsFill(boolean exact, ProblemData.Values src, ProblemData.Values weights, ProblemData.Values diffDst) {
    private static final int LIMIT = 1 << 24;

    /**
     * Returns the fill of a problem; the same seed gives the same values.
     *
     * @param exact whether to take integers where they are exact
     */
    static GradientsFill of(ConvolutionProblem problem, long seed, boolean exact) {
        ConvolutionDescriptor layer = problem.descriptor();
        Taps taps = Taps.of(layer);
        long forwardRoom = LIMIT / taps.count();
        long dataRoom = LIMIT / (taps.kernelVolume() * taps.outputsPerGroup());
        double weightsRoom = LIMIT / sums(problem, layer.transposed());
        double biasRoom = LIMIT / sums(problem, false);
        int most = (int) Math.min(Math.min(ExactFill.WIDEST, biasRoom), Math.sqrt(weightsRoom));
        long mostWeight = most == 0 ? 0 : Math.min(ExactFill.WIDEST, Math.min(forwardRoom, dataRoom) / most);
        if (!exact || mostWeight == 0) {
            RealFill real = RealFill.of(problem, seed);
            return new GradientsFill(false, real::src, real::weights, real::dst);
        }
        var src = new Noise(seed, 0);
        var weights = new Noise(seed, 1);
        var diffDst = new Noise(seed, 3);
        return new GradientsFill(
                true,
                position -> src.integer(position, most),
                position -> weights.integer(position, (int) mostWeight),
                position -> diffDst.integer(position, most));
    }

    /** How many products a weight's gradient sums up, where each place is one of the source's; otherwise of the output's. */
    private static double sums(ConvolutionProblem problem, boolean ofSource) {
        double places = problem.minibatch();
        for (AxisGeometry axis : problem.axes()) {
            places *= ofSource ? axis.src() : axis.dst();
        }
        return places;
    }
}
