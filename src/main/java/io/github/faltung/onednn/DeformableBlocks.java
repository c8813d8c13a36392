package io.github.faltung.onednn;

import io.github.faltung.convolution.ConvolutionDescriptor;
import io.github.faltung.convolution.ConvolutionProblem;
import io.github.faltung.tensor.Dims;
import io.github.faltung.tensor.Layout;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * How an image's output is cut so that the columns of a piece stay in cache: into bands of whole rows or, where a row is too much, into
 * pieces of rows. A piece is finished by a 1×1 convolution; there are at most four extents of pieces, each with a plan. Thread-safe.
 */
final class DeformableBlocks {
    /** What stays in the second-level cache of a core of today, besides weights and source: from 512 KiB to 2 MiB. */
    static final long COLUMNS_BYTES = 1 << 18;

    private final List<Block> blocks = new ArrayList<>();
    private final Map<Dims, ForwardPlan> plans = new LinkedHashMap<>();

    /**
     * A piece of the output.
     *
     * @param top its first row
     * @param left its first column
     */
    record Block(int top, int left, int rows, int width, ForwardPlan plan) {
        int places() {
            return rows * width;
        }
    }

    /**
     * Cuts and compiles.
     *
     * @param layer the 1×1 convolution
     * @param dst the whole output's shape
     * @param workers who shall each have a piece, where there are rows enough
     */
    DeformableBlocks(
            NativeEngine engine,
            ConvolutionDescriptor layer,
            TensorShape dst,
            PackedWeights weights,
            long columnsBytes,
            int workers) {
        int height = (int) dst.dims().get(2);
        int width = (int) dst.dims().get(3);
        long places = Math.max(1, columnsBytes / Float.BYTES / layer.inputChannels());
        int pieceWidth = (int) Math.min(width, places);
        int rowsEach = (height + workers - 1) / workers;
        int pieceRows = (int) Math.min(rowsEach, Math.max(1, places / width));
        try {
            for (int top = 0; top < height; top += pieceRows) {
                for (int left = 0; left < width; left += pieceWidth) {
                    int rows = Math.min(pieceRows, height - top);
                    int columns = Math.min(pieceWidth, width - left);
                    Dims dims = Dims.of(1, layer.inputChannels(), rows, columns);
                    ForwardPlan plan = plans.get(dims);
                    if (plan == null) {
                        plan = keep(dims, plan(engine, layer, dims, dst, weights));
                    }
                    blocks.add(new Block(top, left, rows, columns, plan));
                }
            }
        } catch (Throwable e) {
            retire();
            throw e;
        }
    }

    private ForwardPlan keep(Dims dims, ForwardPlan plan) {
        try {
            plans.put(dims, plan);
            return plan;
        } catch (Throwable e) {
            plan.retire();
            throw e;
        }
    }

    private static ForwardPlan plan(
            NativeEngine engine, ConvolutionDescriptor layer, Dims src, TensorShape dst, PackedWeights weights) {
        var problem = new ConvolutionProblem(layer, src);
        return new ForwardPlan(
                engine,
                1,
                ForwardImplementation.finder(engine, layer, weights),
                TensorShape.of(src, Layout.CHANNELS_LAST),
                TensorShape.of(problem.dstDims(), dst.strides()));
    }

    List<Block> all() {
        return blocks;
    }

    /** Returns the places of the largest piece, which is the first. */
    int mostPlaces() {
        return blocks.get(0).places();
    }

    /** Frees the plans; nobody may be using them. */
    void retire() {
        plans.values().forEach(ForwardPlan::retire);
    }
}
