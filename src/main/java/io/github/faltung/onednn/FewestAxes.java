package io.github.faltung.onednn;

import io.github.faltung.convolution.Program.Copy;
import io.github.faltung.convolution.Region;
import io.github.faltung.tensor.Dims;
import io.github.faltung.tensor.Part;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;

/**
 * Copies said with as few axes as they have: without those of one element, and with those as one that follow on each other in both regions. oneDNN's
 * fastest reorders want few, and its choice of one goes by their number: f32 to u8 with three or four falls to a slow one for recurrent
 * layers.
 */
final class FewestAxes {
    private FewestAxes() {}

    /** Returns the same copy. */
    static Copy of(Copy copy) {
        if (copy.from().isBlocked() || copy.to().isBlocked()) {
            return copy;
        }
        List<List<Integer>> axes = merged(copy.from().part(), copy.to().part());
        return copy.between(said(copy.from(), axes), said(copy.to(), axes));
    }

    /** Returns which axes become which, the slowest first. */
    private static List<List<Integer>> merged(Part from, Part to) {
        List<Integer> slowestFirst = IntStream.range(0, to.dims().rank())
                .filter(axis -> to.dims().get(axis) > 1)
                .boxed()
                .sorted(Comparator.comparingLong((Integer axis) -> to.stride(axis))
                        .reversed())
                .toList();
        var all = new ArrayList<List<Integer>>();
        for (int axis : slowestFirst) {
            List<Integer> slower = all.isEmpty() ? List.of() : all.get(all.size() - 1);
            boolean follows = !slower.isEmpty() && follows(from, slower, axis) && follows(to, slower, axis);
            if (follows) {
                slower.add(axis);
            } else {
                all.add(new ArrayList<>(List.of(axis)));
            }
        }
        return all;
    }

    private static boolean follows(Part part, List<Integer> slower, int axis) {
        return part.stride(slower.get(slower.size() - 1))
                == part.stride(axis) * part.dims().get(axis);
    }

    private static Region said(Region region, List<List<Integer>> axes) {
        Part part = region.part();
        if (axes.isEmpty()) {
            return region.with(one -> new Part(one.offset(), Dims.of(1), new long[] {1}));
        }
        long[] extents = axes.stream()
                .mapToLong(merged ->
                        merged.stream().mapToLong(axis -> part.dims().get(axis)).reduce(1, Math::multiplyExact))
                .toArray();
        long[] strides = axes.stream()
                .mapToLong(merged -> part.stride(merged.get(merged.size() - 1)))
                .toArray();
        return region.with(whole -> new Part(whole.offset(), Dims.of(extents), strides));
    }
}
