package io.github.faltung.convolution;

import io.github.faltung.tensor.DataType;
import io.github.faltung.tensor.Dims;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;

/** Small random pooling problems of every kind, the same ones for the same seed. For one thread. */
public final class RandomPoolings {
    private static final List<DataType> TYPES =
            List.of(DataType.F32, DataType.BF16, DataType.F16, DataType.U8, DataType.S8);

    private final Random random;
    private boolean typed;

    /** Begins a sequence. */
    public RandomPoolings(long seed) {
        random = new Random(seed);
    }

    /** Draws the type too; else all are f32. */
    public RandomPoolings typed() {
        typed = true;
        return this;
    }

    /** Returns problems, those thrown away that a layer can't be applied to. */
    public List<PoolingProblem> take(int count) {
        return Stream.generate(this::next).limit(count).toList();
    }

    /** Returns the next problem. */
    public PoolingProblem next() {
        while (true) {
            try {
                return candidate();
            } catch (IllegalArgumentException e) {
                // kernel larger than the source, a window wholly in the padding: try another
            }
        }
    }

    private PoolingProblem candidate() {
        int axes = between(1, 3);
        boolean mean = random.nextBoolean();
        PoolingDescriptor layer = random.nextInt(10) == 0
                ? mean ? PoolingDescriptor.globalAverage(axes) : PoolingDescriptor.globalMax(axes)
                : new PoolingDescriptor(
                        mean ? PoolingDescriptor.Kind.AVERAGE : PoolingDescriptor.Kind.MAX,
                        perAxis(axes, 1, 5),
                        perAxis(axes, 1, 4),
                        perAxis(axes, 1, random.nextInt(3) == 0 ? random.nextInt(3) == 0 ? 12 : 3 : 1),
                        padding(axes),
                        random.nextBoolean(),
                        mean && random.nextBoolean());
        long[] src = new long[2 + axes];
        src[0] = between(1, 3);
        src[1] = between(1, random.nextBoolean() ? 5 : 40);
        for (int axis = 0; axis < axes; axis++) {
            src[2 + axis] = between(1, axes == 3 ? 7 : axes == 2 ? 14 : 40);
        }
        DataType type = typed ? TYPES.get(random.nextInt(TYPES.size())) : DataType.F32;
        return new PoolingProblem(layer.withDataType(type), Dims.of(src));
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
}
