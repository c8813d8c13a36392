package io.github.faltung.onednn;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import io.github.faltung.ChildJvm;
import io.github.faltung.convolution.Convolution;
import io.github.faltung.convolution.ConvolutionDescriptor;
import io.github.faltung.convolution.ConvolutionProblem;
import io.github.faltung.convolution.Engine;
import io.github.faltung.convolution.Program;
import io.github.faltung.convolution.Routine;
import io.github.faltung.convolution.Storage;
import io.github.faltung.reference.ReferenceEngine;
import io.github.faltung.tensor.DataType;
import io.github.faltung.tensor.Dims;
import io.github.faltung.tensor.Layout;
import io.github.faltung.tensor.Part;
import io.github.faltung.tensor.Tensor;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.bytedeco.dnnl.global.dnnl;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

@Tag("native")
class CopyDefectTest {
    /** A copy from one memory to another of so many elements. */
    private record Shape(Part from, Part to, long elements) {
        static Shape of(long[] extents, long[] from, long[] to) {
            var source = new Part(0, Dims.of(extents), from);
            var destination = new Part(0, Dims.of(extents), to);
            return new Shape(source, destination, Math.max(source.end(), destination.end()));
        }

        Dims dims() {
            return from.dims();
        }
    }

    /** Blocks of 16 columns of 3 bands, turned; a row has a gap of a block. */
    private static Shape rows(long rows, long blocks, long spare) {
        long pitch = (blocks + spare) * 48;
        return Shape.of(new long[] {rows, blocks, 16, 3}, new long[] {pitch, 48, 1, 16}, new long[] {pitch, 48, 3, 1});
    }

    static Stream<Shape> shapes() {
        var random = new SplittableRandom(11);
        Stream<Shape> turned = IntStream.range(0, 40)
                .mapToObj(i -> rows(random.nextInt(1, 9), random.nextInt(1, 9), random.nextInt(3)));
        return Stream.of(turned, IntStream.range(0, 160).mapToObj(i -> random(random)), columns())
                .flatMap(shapes -> shapes);
    }

    /** Long rows, into every so-manyth element and back. */
    private static Stream<Shape> columns() {
        return Stream.of(7000L, 7001L, 46900L, 50001L)
                .flatMap(length -> Stream.of(2L, 3L, 4L, 8L, 16L, 64L)
                        .flatMap(step -> Stream.of(
                                Shape.of(new long[] {length}, new long[] {1}, new long[] {step}),
                                Shape.of(new long[] {length}, new long[] {step}, new long[] {1}),
                                Shape.of(new long[] {length}, new long[] {4}, new long[] {step}),
                                Shape.of(new long[] {2, length}, new long[] {length, 1}, new long[] {length * step, step
                                }))));
    }

    /** Tensors of one channel that lie as one of a picture's four, which the caller lends in turn. */
    @Test
    void forward_intoOneOfFourChannels_isRight() {
        var layer = ConvolutionDescriptor.conv2d(1, 1).kernel(1).build();
        Dims dims = Dims.of(1, 1, 85, 83);
        try (Engine engine = OneDnnEngine.open();
                Tensor weights = Tensor.of(new float[] {1}, layer.weightsDims());
                Convolution conv = engine.convolution(layer, weights);
                Tensor src = Tensor.of(numbers(dims.elements()), dims);
                Tensor one = Tensor.allocate(DataType.F32, dims, 85 * 83 * 4, 1, 83 * 4, 4);
                Tensor other = Tensor.allocate(DataType.F32, dims, 85 * 83 * 4, 1, 83 * 4, 4)) {
            for (Tensor dst : List.of(one, other, one)) {
                dst.copyFrom(new float[Math.toIntExact(dims.elements())], Layout.CHANNELS_FIRST);
                conv.forward(src, dst);
                assertThat(dst.toFloatArray()).isEqualTo(src.toFloatArray());
            }
        }
    }

    /** Rows that begin somewhere in their memory: a row of 1300 in the middle of two of 1400, the same in one of four channels. */
    @Test
    void copy_longRowsOfFrames_isRight() {
        try (var engine = new NativeEngine(new Callers(1));
                var handles = new NativeHandles();
                Tensor source = Tensor.of(numbers(2 * 1400), Dims.of(2, 1400));
                Tensor target = Tensor.allocate(Dims.of(2, 1400, 4))) {
            var whole = engine.strided(handles, new long[] {2, 1400}, new long[] {1400, 1});
            var wholeTarget = engine.strided(handles, new long[] {2, 1400}, new long[] {5600, 4});
            var from = engine.part(handles, whole, new long[] {1, 1300}, new long[] {1, 50});
            var to = engine.part(handles, wholeTarget, new long[] {1, 1300}, new long[] {1, 70});
            Step copy = new Copy(engine, handles, from, to, "test")
                    .bind(engine, handles, engine.at(handles, source, from), engine.at(handles, target, to));
            var stream = engine.stream(handles);
            copy.execute(stream);
            OneDnnStatus.check(dnnl.dnnl_stream_wait(stream), "dnnl_stream_wait", "test");
            float[] copied = target.toFloatArray();
            for (int i = 0; i < copied.length; i++) {
                int column = (i - 5600) / 4 - 70;
                boolean isCopied = i >= 5600 && i % 4 == 0 && column >= 0 && column < 1300;
                assertThat(copied[i]).as("element %d", i).isEqualTo(isCopied ? 1400 + 50 + column + 1 : 0);
            }
        }
    }

    /** Both memories have the axes in orders of their own, often the same but for two, and gaps of their own or the same. */
    private static Shape random(SplittableRandom random) {
        int rank = random.nextInt(2, 6);
        var extents = new long[rank];
        var gaps = new long[rank];
        for (int axis = 0; axis < rank; axis++) {
            extents[axis] = random.nextInt(4) == 0 ? 8 * random.nextInt(1, 3) : random.nextInt(1, 6);
            gaps[axis] = random.nextBoolean() ? 0 : random.nextInt(17);
        }
        List<Integer> order = new ArrayList<>(IntStream.range(0, rank).boxed().toList());
        long[] from = strides(extents, gaps, order);
        int swapped = random.nextInt(rank - 1);
        order.add(swapped, order.remove(swapped + 1));
        return Shape.of(extents, from, strides(extents, gaps, order));
    }

    private static long[] strides(long[] extents, long[] gaps, List<Integer> slowestFirst) {
        var strides = new long[extents.length];
        long stride = 1;
        for (int position = extents.length - 1; position >= 0; position--) {
            int axis = slowestFirst.get(position);
            strides[axis] = stride;
            stride = stride * extents[axis] + gaps[position];
        }
        return strides;
    }

    private static float[] numbers(long count) {
        var numbers = new float[Math.toIntExact(count)];
        for (int i = 0; i < numbers.length; i++) {
            numbers[i] = i + 1;
        }
        return numbers;
    }

    private static float[] expected(Shape shape) {
        var result = new float[Math.toIntExact(shape.elements)];
        int rank = shape.dims().rank();
        var index = new long[rank];
        for (long i = 0; i < shape.dims().elements(); i++) {
            long from = 0;
            long to = 0;
            for (int axis = 0; axis < rank; axis++) {
                from += index[axis] * shape.from.stride(axis);
                to += index[axis] * shape.to.stride(axis);
            }
            result[Math.toIntExact(to)] = from + 1;
            for (int axis = rank - 1; axis >= 0 && ++index[axis] == shape.dims().get(axis); axis--) {
                index[axis] = 0;
            }
        }
        return result;
    }

    @ParameterizedTest
    @MethodSource("shapes")
    void routine_copiesOfAnyStrides_copyEveryElement(Shape shape) {
        for (Engine opened : List.of(OneDnnEngine.open(), new ReferenceEngine())) {
            try (Engine engine = opened) {
                assertThat(copied(engine, shape))
                        .as("%s %s", engine.name(), shape)
                        .isEqualTo(expected(shape));
            }
        }
    }

    /** The evidence: where {@code jit:blk} is chosen, it leaves elements out; if this fails, the defect is gone, and the guard with it. */
    @Test
    void jitBlk_unguarded_leavesElementsOut() {
        Shape shape = rows(2, 5, 1);
        try (Engine engine =
                OneDnnEngine.open(OneDnnOptions.DEFAULT, new Guards(Set.of(CopyDefect.GAPS_ON_BOTH_SIDES)))) {
            // Other processors may have no such implementation, and then there is nothing to show; Arm's copies all
            // elements.
            assumeThat(Machine.hasWideVectors() && !OneDnnInfo.isArm())
                    .as("jit:blk is chosen")
                    .isTrue();
            assertThat(copied(engine, shape)).isNotEqualTo(expected(shape));
        }
    }

    /** Copies a long row into one of four channels as if oneDNN could. */
    static final class LongRow {
        private LongRow() {}

        public static void main(String[] arguments) {
            Shape shape = Shape.of(new long[] {46_901}, new long[] {1}, new long[] {4});
            try (Engine engine = OneDnnEngine.open(OneDnnOptions.DEFAULT, new Guards(Set.of(CopyDefect.LONG_ROW)))) {
                System.out.println(Arrays.equals(copied(engine, shape), expected(shape)) ? "right" : "wrong");
            }
        }
    }

    /** The evidence: if this fails, the defect is gone, and the guard with it. */
    @Test
    void longRow_unguarded_endsTheProcess() {
        assumeThat(OneDnnInfo.isArm()).as("divides by zero in silence").isFalse();
        ChildJvm.Ended ended =
                ChildJvm.likeThis().withOption("-XX:-CreateCoredumpOnCrash").runToAnyEnd(60, LongRow.class);
        assertThat(ended.how()).as(ended.output()).isEqualTo("SIGFPE");
    }

    private static float[] copied(Engine engine, Shape shape) {
        Dims memory = Dims.of(1, 1, shape.elements);
        ConvolutionDescriptor layer = ConvolutionDescriptor.conv1d(1, 1).build();
        Storage source = Storage.source(DataType.F32, Part.dense(memory, Layout.CHANNELS_FIRST));
        Storage destination = Storage.destination(DataType.F32, Part.dense(memory, Layout.CHANNELS_FIRST));
        var copy = new Program.Copy(
                source.whole().with(all -> shape.from), destination.whole().with(all -> shape.to));
        var program = new Program(
                new ConvolutionProblem(layer, memory),
                "copy",
                source,
                destination,
                List.of(new Program.Piece(List.of(copy))),
                List.of());
        try (Routine routine = engine.routine(program);
                Tensor from = Tensor.of(numbers(shape.elements), memory);
                Tensor to = Tensor.allocate(memory)) {
            assertThat(routine.tryRun(from, to)).isTrue();
            return to.toFloatArray();
        }
    }
}
