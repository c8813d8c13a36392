package io.github.faltung.image;

import io.github.faltung.convolution.Convolution;
import io.github.faltung.convolution.ConvolutionDescriptor;
import io.github.faltung.convolution.ConvolutionProblem;
import io.github.faltung.convolution.Engine;
import io.github.faltung.convolution.Layer;
import io.github.faltung.convolution.PostOp;
import io.github.faltung.convolution.Program;
import io.github.faltung.convolution.Region;
import io.github.faltung.convolution.Storage;
import io.github.faltung.tensor.DataType;
import io.github.faltung.tensor.Dims;
import io.github.faltung.tensor.Layout;
import io.github.faltung.tensor.Part;
import io.github.faltung.tensor.Tensor;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** The steps that make a strip's results of its bytes: {@link ByteSums} as layers and copies. */
final class ByteSteps {
    private final Engine engine;
    private final ByteSums sums;
    private final ByteProgram.Shape shape;
    private final int rows;
    private final List<Layer> owned;

    /**
     * Begins.
     *
     * @param rows of results
     * @param owned takes over the layers that are prepared, also if something fails midway
     */
    ByteSteps(Engine engine, ByteSums sums, ByteProgram.Shape shape, int rows, List<Layer> owned) {
        this.engine = engine;
        this.sums = sums;
        this.shape = shape;
        this.rows = rows;
        this.owned = owned;
    }

    /**
     * Returns the steps as a program from a strip's rows of bytes to its rows of results: those that samples become at least, and, where sums may be
     * off, behind them those that they become at most.
     */
    Program program(ImageKernel kernel) {
        Storage src = Storage.source(DataType.U8, Part.dense(shape.bytes(shape.height()), Layout.CHANNELS_FIRST));
        Storage dst =
                Storage.destination(DataType.U8, Part.dense(shape.bytes(sums.resultRows(rows)), Layout.CHANNELS_FIRST));
        Region in = floats(shape.height());
        Region out = floats(rows);
        boolean isDirect =
                sums.isOfEightBits() && sums.isExact() && sums.terms().size() == 1;
        List<Program.Step> steps = sums.isOfEightBits()
                ? eightBitSteps(src, isDirect ? dst.whole() : out)
                : floatSteps(pixels(src, 0, shape.height()), in, out);
        if (!isDirect) {
            steps.add(new Program.Copy(out, pixels(dst, 0, rows)));
        }
        if (!sums.isExact()) {
            Region higher = floats(rows);
            steps.add(apply(
                    new BytePass(1, 1, new float[] {(float) sums.raising()}), List.of(), sums.lift(), out, higher));
            steps.add(new Program.Copy(higher, pixels(dst, rows, rows)));
        }
        return new Program(
                new ConvolutionProblem(descriptor(kernel.height(), kernel.width(), List.of()), in.dims()),
                "pixels",
                src,
                dst,
                List.of(new Program.Piece(steps)),
                List.of());
    }

    private List<Program.Step> floatSteps(Region src, Region in, Region out) {
        Region between = floats(rows);
        var steps = new ArrayList<Program.Step>();
        steps.add(new Program.Copy(src, in));
        for (int i = 0; i < sums.terms().size(); i++) {
            List<BytePass> passes = ((ByteTerm.Passes) sums.terms().get(i)).passes();
            BytePass last = passes.get(passes.size() - 1);
            Region seen = in;
            for (BytePass pass : passes.subList(0, passes.size() - 1)) {
                steps.add(apply(pass, List.of(), 0, seen, between));
                seen = between;
            }
            steps.add(apply(last, postOps(i), isLast(i) ? bias() : 0, seen, out));
        }
        return steps;
    }

    /** Returns the layers of 8-bit weights, which see each row as blocks of bytes: a block's bytes are channels. */
    private List<Program.Step> eightBitSteps(Storage src, Region out) {
        var steps = new ArrayList<Program.Step>();
        for (int i = 0; i < sums.terms().size(); i++) {
            var blocks = new ByteBlocks((ByteTerm.EightBits) sums.terms().get(i), sums.costs());
            ConvolutionDescriptor descriptor = blocks.layer(out.storage().dataType(), postOps(i));
            Convolution layer = layer(descriptor, blocks.weights(), (float) (isLast(i) ? bias() : 0));
            Region in = blocks(src.whole(), shape.height(), blocks.block());
            steps.add(new Program.Apply(layer, in, blocks(out, rows, SumCosts.RESULTS)));
        }
        return steps;
    }

    private boolean isLast(int term) {
        return term == sums.terms().size() - 1;
    }

    /** Returns what is done with a term's sums: they are added to those before, and all are scaled. */
    private List<PostOp> postOps(int term) {
        var postOps = new ArrayList<PostOp>(term == 0 ? List.of() : List.of(PostOp.sum()));
        postOps.addAll(isLast(term) ? scaling() : List.of());
        return postOps;
    }

    /** Returns what is done with sums to which nothing was added. */
    private List<PostOp> scaling() {
        return sums.lowering() == 1 ? List.of() : List.of(PostOp.linear((float) sums.lowering(), (float) sums.shift()));
    }

    private double bias() {
        return sums.lowering() == 1 ? sums.shift() : 0;
    }

    /** Returns the step that sums a window; of {@code out} the columns that it leaves over are anything. */
    private Program.Step apply(BytePass window, List<PostOp> postOps, double bias, Region in, Region out) {
        Region inside = out.with(all -> all.slice(3, 0, shape.filledWidth() - window.width() + 1));
        return new Program.Apply(layer(window, postOps, (float) bias), in, inside);
    }

    /** Each band has the same window. */
    private Convolution layer(BytePass window, List<PostOp> postOps, float bias) {
        int taps = window.weights().length;
        var ofAll = new float[shape.pixelBytes() * taps];
        for (int band = 0; band < shape.pixelBytes(); band++) {
            System.arraycopy(window.weights(), 0, ofAll, band * taps, taps);
        }
        return layer(descriptor(window.height(), window.width(), postOps), ofAll, bias);
    }

    private Convolution layer(ConvolutionDescriptor layer, float[] weights, float bias) {
        var biases = new float[layer.outputChannels()];
        Arrays.fill(biases, bias);
        try (Tensor w = Tensor.allocate(layer.types().weights(), layer.weightsDims(), Layout.CHANNELS_FIRST);
                Tensor b = Tensor.of(biases, layer.biasDims())) {
            w.copyFrom(weights, Layout.CHANNELS_FIRST);
            Convolution made = engine.convolution(layer, w, bias == 0 ? null : b);
            owned.add(made);
            return made;
        }
    }

    private ConvolutionDescriptor descriptor(int height, int width, List<PostOp> postOps) {
        int bands = shape.pixelBytes();
        return ConvolutionDescriptor.conv2d(bands, bands)
                .depthwise()
                .kernel(height, width)
                .postOps(postOps)
                .build();
    }

    /** Returns rows of numbers, with one row more behind them, so that rows from any element on are all there. */
    private Region floats(int height) {
        return Storage.loose(DataType.F32, pixels(height + 1), Layout.CHANNELS_LAST)
                .whole()
                .with(all -> all.slice(2, 0, height));
    }

    /** Returns the extents of rows as layers have them. */
    private Dims pixels(int height) {
        return Dims.of(1, shape.pixelBytes(), height, shape.filledWidth());
    }

    /** Returns the same rows as blocks of neighbours, which become channels. */
    private Region blocks(Region rows, int height, int block) {
        Dims dims = Dims.of(1, block, height, shape.rowBytes() / block);
        return rows.with(part -> new Part(part.offset(), dims, Layout.CHANNELS_LAST.strides(dims)));
    }

    private Region pixels(Storage bytes, int top, int height) {
        Part all = Part.dense(pixels(height), Layout.CHANNELS_LAST);
        return bytes.whole().with(part -> all.shifted((long) top * shape.rowBytes()));
    }
}
