package io.github.faltung.convolution;

import io.github.faltung.tensor.DataType;
import io.github.faltung.tensor.Dims;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * What a problem line says of a pooling besides its fields: benchdnn's {@code --alg} (oneDNN 3.11, {@code
 * tests/benchdnn/doc/driver_pool.md}) and what {@link PoolingText} prints. For one thread.
 */
final class PoolingLine {
    private static final String ALGORITHM = "--alg=";
    private static final String DATA_TYPE = "--dt=";
    private static final String PADDING_END = "--padding-end=";

    private PoolingDescriptor.Kind kind;
    private boolean countIncludePad;
    private boolean ceilMode;
    private List<Integer> paddingEnd = List.of();
    private DataType dataType = DataType.F32;

    /** Begins a line that is of the given algorithm unless it says otherwise. */
    PoolingLine(PoolingAlgorithm algorithm) {
        kind = algorithm.kind();
        countIncludePad = algorithm.countIncludePad();
    }

    /** Reads {@code max} or {@code avg}; returns whether it was one. */
    boolean readKind(String token) {
        for (PoolingDescriptor.Kind each : PoolingDescriptor.Kind.values()) {
            if (each.toString().equals(token)) {
                kind = each;
                countIncludePad = false;
                return true;
            }
        }
        return false;
    }

    /**
     * Reads an option; returns whether it was one of a pooling.
     *
     * @throws IllegalArgumentException if its value is not one
     */
    boolean readOption(String option) {
        if (option.equals("--ceil-mode")) {
            ceilMode = true;
        } else if (option.equals("--count-include-pad")) {
            countIncludePad = true;
        } else if (option.startsWith(ALGORITHM)) {
            PoolingAlgorithm algorithm = PoolingAlgorithm.parse(option.substring(ALGORITHM.length()));
            kind = algorithm.kind();
            countIncludePad = algorithm.countIncludePad();
        } else if (option.startsWith(DATA_TYPE)) {
            dataType = DataType.parse(option.substring(DATA_TYPE.length()));
        } else if (option.startsWith(PADDING_END)) {
            paddingEnd = numbers(option.substring(PADDING_END.length()));
        } else {
            return false;
        }
        return true;
    }

    private static List<Integer> numbers(String text) {
        try {
            return Arrays.stream(text.split("x", -1)).map(Integer::valueOf).toList();
        } catch (NumberFormatException e) {
            throw new IllegalArgumentException(
                    "padding-end must be numbers below 2^31, joined by x, but was '" + text + "'", e);
        }
    }

    /**
     * Returns the problem.
     *
     * @param axes complete
     * @throws IllegalArgumentException if it breaks a rule
     */
    PoolingProblem problem(long minibatch, long channels, List<LineAxis> axes) {
        var src = new ArrayList<>(List.of(minibatch, channels));
        axes.forEach(axis -> src.add(axis.src()));
        var descriptor = new PoolingDescriptor(
                kind,
                axes.stream().map(LineAxis::kernel).toList(),
                axes.stream().map(LineAxis::stride).toList(),
                axes.stream().map(axis -> axis.dilates() + 1).toList(),
                padding(axes),
                ceilMode,
                countIncludePad);
        return new PoolingProblem(
                descriptor.withDataType(dataType),
                Dims.of(src.stream().mapToLong(Long::longValue).toArray()));
    }

    /** In ceil mode several paddings after give the same output extent, but not the same divisors. */
    private Padding padding(List<LineAxis> axes) {
        var before = new ArrayList<Integer>();
        var after = new ArrayList<Integer>();
        for (LineAxis axis : axes) {
            long left = axis.paddingBefore(false);
            before.add(clamped(left));
            after.add(clamped(ceilMode ? left : axis.paddingAfter(false)));
        }
        return Padding.explicit(before, paddingEnd.isEmpty() ? after : paddingEnd);
    }

    /** What exceeds an int is refused further on, since the output then has other extents than the line says. */
    private static int clamped(long padding) {
        return (int) Math.max(0, Math.min(padding, Integer.MAX_VALUE));
    }
}
