package io.github.faltung.image;

import io.github.faltung.convolution.ConvolutionDescriptor;
import io.github.faltung.convolution.ConvolutionProblem;
import io.github.faltung.convolution.PostOp;
import io.github.faltung.convolution.Quantization;
import java.util.ArrayList;
import java.util.List;

/** A convolution of one or two axes with its numbers, output element by output element. Of one axis it is one of two, of which the first has one element. */
final class DrawnConvolution {
    /** The most products that are written out. */
    private static final int MOST_TERMS = 32;

    private final ConvolutionProblem problem;
    private final DrawnAxis rows;
    private final DrawnAxis columns;
    private final float[] src;
    private final float[] weights;
    private final float[] dst;

    /**
     * An output element.
     *
     * @param channel from 0
     * @param row from 0
     * @param column from 0
     */
    record Step(int channel, int row, int column) {}

    /** Takes arrays in channels-first order, which it keeps. */
    DrawnConvolution(ConvolutionProblem problem, float[] src, float[] weights, float[] dst) {
        this.problem = problem;
        int axes = layer().spatialRank();
        this.rows = axes == 1 ? DrawnAxis.NONE : axis(axes - 2);
        this.columns = axis(axes - 1);
        this.src = src;
        this.weights = weights;
        this.dst = dst;
    }

    private DrawnAxis axis(int axis) {
        boolean turned = layer().transposed() != layer().flipKernel();
        return new DrawnAxis(problem.axis(axis), layer().transposed(), turned);
    }

    ConvolutionProblem problem() {
        return problem;
    }

    ConvolutionDescriptor layer() {
        return problem.descriptor();
    }

    DrawnAxis rows() {
        return rows;
    }

    DrawnAxis columns() {
        return columns;
    }

    int steps() {
        return dst.length;
    }

    Step step(int index) {
        int width = (int) columns.axis().dst();
        int height = (int) rows.axis().dst();
        return new Step(index / width / height, index / width % height, index % width);
    }

    /** Returns whether a step comes before another or is it. */
    boolean isDone(Step step, Step now) {
        return index(step) <= index(now);
    }

    private int index(Step step) {
        return (step.channel() * (int) rows.axis().dst() + step.row())
                        * (int) columns.axis().dst()
                + step.column();
    }

    float output(Step step) {
        return dst[index(step)];
    }

    /** Returns what is in a cell: an element of the source or a zero. */
    float source(int channel, int row, int column) {
        int y = rows.source(row);
        int x = columns.source(column);
        return y < 0 || x < 0
                ? 0
                : src[
                        (channel * (int) rows.axis().src() + y)
                                        * (int) columns.axis().src()
                                + x];
    }

    boolean isSource(int row, int column) {
        return rows.source(row) >= 0 && columns.source(column) >= 0;
    }

    int inputsPerGroup() {
        return layer().inputChannels() / layer().groups();
    }

    /** Returns the first input channel that an output channel sees. */
    int firstInput(int outputChannel) {
        return outputChannel / (layer().outputChannels() / layer().groups()) * inputsPerGroup();
    }

    /**
     * Returns what a tap of the window multiplies by.
     *
     * @param input the channel, counted from the first of the output channel's group
     */
    float weight(int outputChannel, int input, int tapRow, int tapColumn) {
        int outputs = layer().outputChannels() / layer().groups();
        int window = layer().transposed()
                ? (firstInput(outputChannel) + input) * outputs + outputChannel % outputs
                : outputChannel * inputsPerGroup() + input;
        int height = rows.axis().kernel();
        int width = columns.axis().kernel();
        return weights[(window * height + rows.weight(tapRow)) * width + columns.weight(tapColumn)];
    }

    /** Returns the products that a step sums, such as {@code 3·2 +}, then the result; one phrase for all if they are too many to be read. */
    List<String> sum(Step step) {
        var phrases = new ArrayList<String>();
        int height = rows.axis().kernel();
        int width = columns.axis().kernel();
        int terms = inputsPerGroup() * height * width;
        if (terms > MOST_TERMS) {
            phrases.add("sum of " + terms + " products");
        } else {
            for (int i = 0; i < terms; i++) {
                int tapRow = i / width % height;
                int tapColumn = i % width;
                int input = i / width / height;
                float value = source(
                        firstInput(step.channel()) + input,
                        rows.cell(step.row(), tapRow),
                        columns.cell(step.column(), tapColumn));
                float weight = weight(step.channel(), input, tapRow, tapColumn);
                phrases.add((i == 0 ? "" : "+ ") + factor(value) + "·" + factor(weight));
            }
        }
        phrases.add(result(step));
        return phrases;
    }

    private static String factor(float value) {
        return value < 0 ? "(" + NumberText.of(value) + ")" : NumberText.of(value);
    }

    /** Only where nothing comes after the sum is the output equal to it. */
    private String result(Step step) {
        boolean plain = layer().postOps().isEmpty() && layer().quantization().equals(Quantization.NONE);
        String chain = String.join(
                ", ", layer().postOps().stream().map(PostOp::toString).toList());
        return (plain ? "= " : "→ ") + NumberText.of(output(step)) + (chain.isEmpty() ? "" : " (" + chain + ")");
    }

    float[] sources() {
        return src;
    }

    float[] weights() {
        return weights;
    }

    float[] outputs() {
        return dst;
    }
}
