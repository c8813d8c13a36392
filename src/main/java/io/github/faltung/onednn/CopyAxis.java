package io.github.faltung.onednn;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;

/** So many elements of a copy that lie in a row, and how far each is from the last in the source and in the destination. */
record CopyAxis(long extent, long from, long to) {
    /** Returns what axes a copy has, those that follow on each other on both sides as one and without those of one element; the slowest first. */
    static List<CopyAxis> fewest(long[] extents, long[] from, long[] to) {
        List<CopyAxis> slowestFirst = IntStream.range(0, extents.length)
                .filter(axis -> extents[axis] > 1)
                .mapToObj(axis -> new CopyAxis(extents[axis], from[axis], to[axis]))
                .sorted(Comparator.comparingLong(CopyAxis::to).reversed())
                .toList();
        var fewest = new ArrayList<CopyAxis>();
        for (CopyAxis axis : slowestFirst) {
            int last = fewest.size() - 1;
            if (last >= 0 && fewest.get(last).isFollowedBy(axis)) {
                fewest.set(last, new CopyAxis(fewest.get(last).extent * axis.extent, axis.from, axis.to));
            } else {
                fewest.add(axis);
            }
        }
        return fewest;
    }

    private boolean isFollowedBy(CopyAxis faster) {
        return from == faster.from * faster.extent && to == faster.to * faster.extent;
    }
}
