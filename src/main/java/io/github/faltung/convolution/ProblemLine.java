package io.github.faltung.convolution;

import java.util.Objects;

/**
 * A line of a problem file: a problem, and the name it has there.
 *
 * <p>Grammar, that of benchdnn (oneDNN 3.11, {@code tests/benchdnn/doc/driver_conv.md} and {@code driver_pool.md}) with additions:
 *
 * <pre>
 * [conv|deconv] gGmbMicIidDihHiwWocOodDohHowWkdKkhKkwKsdSshSswSpdPphPpwPddDdhDdwDn"name"
 *     [--dt=T|T:T:T] [--attr-fpmath=P] [--attr-scales=S+S…] [--attr-zero-points=S+S…] [--attr-post-ops=P+P…] [--flip-kernel]
 * pool [max|avg] mbMicIidDihHiwWodDohHowWkdKkhKkwKsdSshSswSpdPphPpwPddDdhDdwDn"name"
 *     [--dt=T] [--alg=max|avg_np|avg_p] [--count-include-pad] [--ceil-mode [--padding-end=E[xE[xE]]]]
 * </pre>
 *
 * <ul>
 *   <li>{@code _} is ignored; fields come in any order; {@code n} and what follows is the name, with or without quotes.
 *   <li>g defaults to 1, mb to 2, strides to 1, d to 0 (dilation counts from 0 here: 0 is dense).
 *   <li>Axes d, h, w: a problem that gives only d, or only d and h, is cubic; one that gives only h is square; only w is 1-D.
 *   <li>A missing output extent follows from the padding on both sides, a missing padding from the output extent, half of it before;
 *       with neither the padding is 0. The padding after is what the output extent implies.
 *   <li>A post-op is {@code relu:alpha}, {@code elu:alpha}, {@code gelu_erf}, {@code gelu_tanh}, {@code swish:alpha}, {@code
 *       hardswish:alpha:beta}, {@code logistic}, {@code tanh}, {@code clip:low:high}, {@code
 *       hardsigmoid:alpha:beta}, {@code mish}, {@code soft_relu:alpha}, {@code linear:alpha:beta}, {@code abs}, {@code sum:scale}, or one with values where
 *       benchdnn has a data type and a mask: {@code add:A}, {@code mul:A}, {@code max:A}, {@code min:A}, {@code prelu:A}, A being one
 *       number, or one for each output channel with {@code *} between: {@code add:1*2*3}.
 *   <li>P is a {@link Precision}, strict where nothing is said.
 *   <li>T is the type of all tensors, or of source, weights and destination; f32 where nothing is said. A scale or zero point S is {@code
 *       src:common:V}, {@code wei:common:V}, {@code wei:per_oc:V*V…} or {@code dst:common:V}.
 *   <li>A pooling is a maximum unless it says otherwise; {@code avg_np} is {@code avg}, and {@code avg_p} is {@code avg} with {@code
 *       --count-include-pad}. In ceil mode an output extent does not tell the padding after, so that is the padding before, unless
 *       {@code --padding-end} gives it, one number for each axis.
 * </ul>
 *
 * @param problem what the line says
 * @param name empty if it has none
 */
public record ProblemLine(Problem problem, String name) {
    /**
     * Reads a line.
     *
     * @param line not empty, not a comment
     * @param transposed whether a line without {@code conv} or {@code deconv} in front is transposed
     * @throws IllegalArgumentException if the line is not of the grammar, or the problem breaks a rule
     */
    public static ProblemLine parse(String line, boolean transposed) {
        return parse(line, transposed ? ProblemKind.DECONV : ProblemKind.CONV, PoolingAlgorithm.MAX);
    }

    /**
     * Reads a line.
     *
     * @param line not empty, not a comment
     * @param kind of a line that has none in front
     * @param algorithm of a pooling's line that has none
     * @throws IllegalArgumentException if the line is not of the grammar, or the problem breaks a rule
     */
    public static ProblemLine parse(String line, ProblemKind kind, PoolingAlgorithm algorithm) {
        return parse(line, kind, algorithm, ProblemParser.BENCHDNN_MINIBATCH);
    }

    /**
     * Reads a line.
     *
     * @param line not empty, not a comment
     * @param kind of a line that has none in front
     * @param algorithm of a pooling's line that has none
     * @param minibatch of a line that has no {@code mb}, instead of 2; positive
     * @throws IllegalArgumentException if the line is not of the grammar, or the problem breaks a rule
     */
    public static ProblemLine parse(String line, ProblemKind kind, PoolingAlgorithm algorithm, int minibatch) {
        return new ProblemParser(Objects.requireNonNull(line, "line"), kind, algorithm, minibatch).parse();
    }

    /**
     * Returns the problem of a convolution.
     *
     * @throws IllegalArgumentException if it is one of a pooling
     */
    public ConvolutionProblem convolution() {
        if (problem instanceof ConvolutionProblem convolution) {
            return convolution;
        }
        throw Rule.broken("problem line", "must be one of a convolution", ProblemKind.POOL, problem);
    }

    /**
     * Returns the problem of a pooling.
     *
     * @throws IllegalArgumentException if it is one of a convolution
     */
    public PoolingProblem pooling() {
        if (problem instanceof PoolingProblem pooling) {
            return pooling;
        }
        throw Rule.broken("problem line", "must be one of a pooling", "a convolution", problem);
    }

    /** Returns the problem line with the name. */
    @Override
    public String toString() {
        return name.isEmpty() ? problem.toString() : problem + " n\"" + name + "\"";
    }
}
