package io.github.faltung.convolution;

import static io.github.faltung.convolution.ConvolutionDescriptor.conv1d;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.faltung.reference.ReferenceEngine;
import io.github.faltung.tensor.DataType;
import io.github.faltung.tensor.Dims;
import io.github.faltung.tensor.Layout;
import io.github.faltung.tensor.Part;
import io.github.faltung.tensor.Tensor;
import java.util.List;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Programs, what they are made of, and what runs them step by step. */
class ProgramTest {
    private static final Dims FIVE = Dims.of(1, 1, 5);
    private static final ConvolutionProblem PROBLEM =
            new ConvolutionProblem(conv1d(1, 1).kernel(3).padding(1).build(), FIVE);

    private final Engine engine = new ReferenceEngine();
    private final Tensor ramp = Tensor.of(new float[] {1, 10, 100}, Dims.of(1, 1, 3));
    private final Convolution valid =
            engine.convolution(conv1d(1, 1).kernel(3).padding(0).build(), ramp);
    private final Storage source = Storage.source(DataType.F32, Part.dense(FIVE, Layout.CHANNELS_FIRST));
    private final Storage destination = Storage.destination(DataType.F32, Part.dense(FIVE, Layout.CHANNELS_FIRST));

    @AfterEach
    void closeAll() {
        engine.close();
        ramp.close();
    }

    private static void assertRefused(ThrowingCallable use, String message) {
        assertThatThrownBy(use).isInstanceOf(IllegalArgumentException.class).hasMessageStartingWith(message);
    }

    private static Storage own(long... extents) {
        return Storage.strided(DataType.F32, Dims.of(extents), Layout.CHANNELS_FIRST);
    }

    private static Padding.Explicit margin(int before, int after) {
        return new Padding.Explicit(List.of(before), List.of(after));
    }

    private Program program(Program.Step... steps) {
        return new Program(
                PROBLEM, "by hand", source, destination, List.of(new Program.Piece(List.of(steps))), List.of("a note"));
    }

    @Test
    void storage_ofEachKind_saysWhoseItIsAndHowItLies() {
        Part part = Part.dense(Dims.of(2, 3, 4), Layout.CHANNELS_LAST);
        Storage caller = Storage.source(DataType.BF16, part);
        assertThat(caller.kind()).isEqualTo(Storage.Kind.SOURCE);
        assertThat(caller.isOwn()).isFalse();
        assertThat(caller.isLoose()).isFalse();
        assertThat(caller.dataType()).isEqualTo(DataType.BF16);
        assertThat(caller.part()).isEqualTo(part);
        assertThat(caller.whole()).isEqualTo(new Region(caller, part));
        assertThat(caller.bytes()).isEqualTo(24 * 2);
        assertThat(caller).hasToString("source bf16 " + part);
        assertThat(Storage.destination(DataType.F32, part).kind()).isEqualTo(Storage.Kind.DESTINATION);
        assertThat(Storage.destination(DataType.F32, part).isOwn()).isFalse();

        Storage strided = Storage.strided(DataType.F32, Dims.of(2, 3, 4), Layout.CHANNELS_LAST);
        assertThat(strided.kind()).isEqualTo(Storage.Kind.STRIDED);
        assertThat(strided.isOwn()).isTrue();
        assertThat(strided.isLoose()).isFalse();
        assertThat(strided.part()).isEqualTo(part);
        assertThat(strided.bytes()).isEqualTo(24 * 4);
        Storage loose = Storage.loose(DataType.F32, Dims.of(2, 3, 4), Layout.CHANNELS_LAST);
        assertThat(loose.kind()).isEqualTo(Storage.Kind.STRIDED);
        assertThat(loose.isLoose()).isTrue();
        Storage blocked = Storage.blocked(DataType.F32, Dims.of(2, 3, 4));
        assertThat(blocked.kind()).isEqualTo(Storage.Kind.BLOCKED);
        assertThat(blocked.isOwn()).isTrue();
        assertThat(blocked.part()).isEqualTo(Part.dense(Dims.of(2, 3, 4), Layout.CHANNELS_FIRST));
    }

    @Test
    void storage_offsetOrTooManyBytes_isRefused() {
        Part part = Part.dense(FIVE, Layout.CHANNELS_FIRST).shifted(1);
        assertRefused(
                () -> Storage.source(DataType.F32, part), "offset must be 0 in a caller's tensor, but was " + part);
        assertRefused(
                () -> Storage.destination(DataType.F32, part),
                "offset must be 0 in a caller's tensor, but was " + part);
        long most = Long.MAX_VALUE / 4;
        assertThat(Storage.strided(DataType.F32, Dims.of(most), Layout.CHANNELS_FIRST)
                        .bytes())
                .isEqualTo(Long.MAX_VALUE - 3);
        assertRefused(
                () -> Storage.strided(DataType.F32, Dims.of(most + 1), Layout.CHANNELS_FIRST),
                "bytes must be less than 2^63, but was strided f32 ");
    }

    @Test
    void region_partOfAStorage_knowsWhetherItIsAll() {
        Region whole = source.whole();
        assertThat(whole.isWhole()).isTrue();
        assertThat(whole.dims()).isEqualTo(FIVE);
        assertThat(whole.isDense(Layout.CHANNELS_FIRST)).isTrue();
        assertThat(whole.isBlocked()).isFalse();
        Region second = whole.with(part -> part.slice(2, 0, 3, 2));
        assertThat(second.storage()).isSameAs(source);
        assertThat(second.dims()).isEqualTo(Dims.of(1, 1, 3));
        assertThat(second.isWhole()).isFalse();
        assertThat(second.isDense(Layout.CHANNELS_FIRST)).isFalse();
        Part beyond = whole.part().shifted(1);
        assertRefused(() -> new Region(source, beyond), "part must end within " + source + ", but was " + beyond);
    }

    @Test
    void region_ofBlocks_isAllOrRefused() {
        Storage blocks = Storage.blocked(DataType.F32, Dims.of(1, 2, 5));
        assertThat(blocks.whole().isBlocked()).isTrue();
        assertThat(blocks.whole().isWhole()).isTrue();
        assertThat(blocks.whole().isDense(Layout.CHANNELS_FIRST)).isFalse();
        for (Part some : List.of(blocks.part().slice(1, 0, 1), Part.dense(Dims.of(1, 2, 5), Layout.CHANNELS_LAST))) {
            assertRefused(() -> new Region(blocks, some), "part must be all of " + blocks + ", but was " + some);
        }
    }

    @Test
    void copy_dimsAndTypes_mustGoTogether() {
        Storage bytes = Storage.strided(DataType.U8, FIVE, Layout.CHANNELS_FIRST);
        Storage shorter = own(1, 1, 4);
        Region from = source.whole();
        Region to = destination.whole();
        assertThat(new Program.Copy(from, to).isSubtracted()).isFalse();
        assertThat(new Program.Copy(bytes.whole(), to).from()).isEqualTo(bytes.whole());
        assertThat(new Program.Copy(from, to, true).isSubtracted()).isTrue();
        assertRefused(
                () -> new Program.Copy(bytes.whole(), to, true), "types must be floating-point, but were u8 and f32");
        assertRefused(
                () -> new Program.Copy(from, bytes.whole(), true), "types must be floating-point, but were f32 and u8");
        assertRefused(() -> new Program.Copy(from, shorter.whole()), "to must have dims 1x1x5, but had 1x1x4");
        Region first = from.with(part -> part.slice(2, 0, 2));
        Region second = to.with(part -> part.slice(2, 2, 2));
        assertThat(new Program.Copy(from, to, true).between(first, second))
                .isEqualTo(new Program.Copy(first, second, true));
    }

    @Test
    void apply_margin_isPaddingOfTheProblem() {
        var apply = new Program.Apply(
                valid, margin(2, 1), source.whole(), own(1, 1, 6).whole());
        assertThat(apply.before(2)).isEqualTo(2);
        assertThat(apply.after(2)).isEqualTo(1);
        assertThat(apply.problem())
                .isEqualTo(new ConvolutionProblem(
                        conv1d(1, 1)
                                .kernel(3)
                                .padding(Padding.explicit(List.of(2), List.of(1)))
                                .build(),
                        FIVE));
        var plain = new Program.Apply(valid, source.whole(), own(1, 1, 3).whole());
        assertThat(plain.before(2)).isZero();
        assertThat(plain.problem().descriptor()).isSameAs(valid.descriptor());
    }

    @Test
    void apply_marginPerAxis_isAddedToEachAxisPadding() {
        ConvolutionDescriptor layer =
                ConvolutionDescriptor.conv2d(1, 1).padding(1, 2).build();
        try (Tensor weights = Tensor.allocate(layer.weightsDims());
                Convolution plane = engine.convolution(layer, weights)) {
            var uneven = new Padding.Explicit(List.of(0, 3), List.of(4, 0));
            var apply = new Program.Apply(
                    plane,
                    uneven,
                    own(1, 1, 5, 5).whole(),
                    own(1, 1, 5 + 2 + 4, 5 + 4 + 3).whole());
            assertThat(apply.problem().descriptor().padding())
                    .isEqualTo(Padding.explicit(List.of(1, 5), List.of(5, 2)));
            assertThat(List.of(apply.before(2), apply.before(3), apply.after(2), apply.after(3)))
                    .containsExactly(0, 3, 4, 0);
        }
    }

    @Test
    void apply_whatDoesNotFit_isRefused() {
        assertRefused(
                () -> new Program.Apply(valid, source.whole(), destination.whole()),
                "to must have dims 1x1x3, but was 1x1x5");
        Storage shortSource = Storage.source(DataType.BF16, source.part());
        Region three = own(1, 1, 3).whole();
        assertRefused(() -> new Program.Apply(valid, shortSource.whole(), three), "types must be f32");
        Region shortThree = Storage.strided(DataType.BF16, Dims.of(1, 1, 3), Layout.CHANNELS_FIRST)
                .whole();
        assertRefused(() -> new Program.Apply(valid, source.whole(), shortThree), "types must be f32");
        try (Convolution same = engine.convolution(
                        conv1d(1, 1).kernel(3).padding(Padding.same()).build(), ramp);
                Convolution turned = engine.convolution(
                        ConvolutionDescriptor.transposed1d(1, 1)
                                .kernel(3)
                                .padding(0)
                                .build(),
                        ramp)) {
            for (Convolution layer : List.of(same, turned)) {
                assertRefused(
                        () -> new Program.Apply(layer, margin(1, 1), source.whole(), destination.whole()),
                        "margin is for regular layers whose padding is given in numbers, but was [1]..[1]");
            }
        }
    }

    @Test
    void create_brokenRule_isRefused() {
        assertRefused(() -> new Program.Piece(List.of()), "steps must be at least one, but were []");
        assertRefused(
                () -> new Program(PROBLEM, "none", source, destination, List.of(), List.of()),
                "pieces must be at least one, but was []");
        var written = new Program.Copy(destination.whole(), source.whole());
        assertRefused(() -> program(written), "steps must not write the source");
        Storage strangers = Storage.source(DataType.F32, source.part());
        assertRefused(
                () -> program(new Program.Copy(strangers.whole(), destination.whole())),
                "steps must use no other caller's memory");
        assertRefused(
                () -> program(new Program.Copy(source.whole(), strangers.whole())),
                "steps must use no other caller's memory");
        Region shared = own(1, 1, 5).whole();
        var piece = new Program.Piece(List.of(new Program.Copy(source.whole(), shared)));
        assertRefused(
                () -> new Program(PROBLEM, "shared", source, destination, List.of(piece, piece), List.of()),
                "pieces must share no memory, but was " + shared.storage());
    }

    @Test
    void scratchLayersAndSteps_eachUsed_areListedOnceInOrder() {
        Storage one = own(1, 1, 5);
        Storage two = own(1, 1, 5);
        Program.Step in = new Program.Copy(source.whole(), one.whole());
        Program.Step across = new Program.Apply(valid, margin(1, 1), one.whole(), two.whole());
        Program.Step out = new Program.Copy(two.whole(), destination.whole());
        Program.Step again = new Program.Apply(valid, margin(1, 1), source.whole(), destination.whole());
        var first = new Program.Piece(List.of(in, across, out));
        var second = new Program.Piece(List.of(again));
        var program = new Program(PROBLEM, "twice", source, destination, List.of(first, second), List.of());
        assertThat(first.scratch()).containsExactly(one, two);
        assertThat(second.scratch()).isEmpty();
        assertThat(program.scratch()).containsExactly(one, two);
        assertThat(program.steps()).containsExactly(in, across, out, again);
        assertThat(program.layers()).containsExactly(valid);
    }

    private float[] run(Program program, float... values) {
        try (Routine routine = engine.routine(program);
                Tensor src = Tensor.of(values, FIVE);
                Tensor dst = Tensor.of(new float[] {1, 1, 1, 1, 1}, FIVE)) {
            assertThat(routine.program()).isSameAs(program);
            assertThat(routine.tryRun(src, dst)).isTrue();
            assertThat(src.toFloatArray()).containsExactly(values);
            return dst.toFloatArray();
        }
    }

    /** The layer's output o is the sum of 1, 10 and 100 times the elements around o. */
    @Test
    void tryRun_layerWithAMargin_seesZerosAround() {
        Program.Step apply = new Program.Apply(valid, margin(1, 1), source.whole(), destination.whole());
        assertThat(run(program(apply), 1, 2, 3, 4, 5)).containsExactly(210, 321, 432, 543, 54);
        Program.Step uneven = new Program.Apply(valid, margin(0, 2), source.whole(), destination.whole());
        assertThat(run(program(uneven), 1, 2, 3, 4, 5)).containsExactly(321, 432, 543, 54, 5);
    }

    @Test
    void tryRun_copies_moveAndTakeAway() {
        Region own = own(1, 1, 5).whole();
        Program.Step in = new Program.Copy(source.whole(), own);
        Program.Step within = new Program.Copy(
                source.whole().with(part -> part.slice(2, 0, 2)), own.with(part -> part.slice(2, 3, 2)));
        Program.Step minus = new Program.Copy(own, destination.whole(), true);
        assertThat(run(program(in, within, minus), 1, 2, 3, 4, 5)).containsExactly(0, -1, -2, 0, -1);
        Program.Step out = new Program.Copy(own, destination.whole());
        assertThat(run(program(in, within, out), 1, 2, 3, 4, 5)).containsExactly(1, 2, 3, 1, 2);
        // Memory of its own is zero at first.
        assertThat(run(program(within, out), 1, 2, 3, 4, 5)).containsExactly(0, 0, 0, 1, 2);
    }

    @Test
    void tryRun_layerWithASum_readsWhatIsWritten() {
        ConvolutionDescriptor layer = conv1d(1, 1).postOps(PostOp.sum(10)).build();
        try (Tensor two = Tensor.of(new float[] {2}, Dims.of(1, 1, 1));
                Convolution adding = engine.convolution(layer, two)) {
            Program.Step apply = new Program.Apply(adding, source.whole(), destination.whole());
            assertThat(run(program(apply), 1, 2, 3, 4, 5)).containsExactly(12, 14, 16, 18, 20);
        }
    }

    @Test
    void tryRun_tensorsThatLieOtherwise_areRefused() {
        Program program = program(new Program.Copy(source.whole(), destination.whole()));
        try (Routine routine = engine.routine(program);
                Tensor src = Tensor.allocate(FIVE);
                Tensor dst = Tensor.allocate(FIVE);
                Tensor strided = Tensor.allocate(DataType.F32, FIVE, 10, 10, 2);
                Tensor four = Tensor.allocate(Dims.of(1, 1, 4));
                Tensor bf16 = Tensor.allocate(DataType.BF16, FIVE, Layout.CHANNELS_FIRST)) {
            assertThat(routine.fits(src, dst)).isTrue();
            for (Tensor other : List.of(strided, four, bf16)) {
                assertThat(routine.fits(other, dst)).isFalse();
                assertThat(routine.fits(src, other)).isFalse();
                assertRefused(
                        () -> routine.tryRun(other, dst),
                        "src and dst must lie as " + source + " and " + destination + ", but was ");
            }
            assertRefused(() -> routine.tryRun(src, src), "dst must not share memory with src");
        }
    }

    @Test
    void tryRun_closedRoutineLayerOrEngine_isFalse() {
        Program.Step apply = new Program.Apply(valid, margin(1, 1), source.whole(), destination.whole());
        Routine closed = engine.routine(program(apply));
        Routine other = engine.routine(program(apply));
        try (Tensor src = Tensor.allocate(FIVE);
                Tensor dst = Tensor.allocate(FIVE)) {
            closed.close();
            assertThat(closed.tryRun(src, dst)).isFalse();
            assertThat(other.tryRun(src, dst)).isTrue();
            valid.close();
            assertThat(other.tryRun(src, dst)).isFalse();
            assertThatThrownBy(() -> engine.routine(program(apply)))
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessageContaining("is closed");
        }
    }

    @Test
    void routine_layerOfAnotherEngine_isRefused() {
        Program.Step apply = new Program.Apply(valid, margin(1, 1), source.whole(), destination.whole());
        try (Engine other = new ReferenceEngine()) {
            assertRefused(() -> other.routine(program(apply)), "layer must be one that reference has prepared");
        }
    }

    @Test
    void routine_closedEngine_throws() {
        Program program = program(new Program.Copy(source.whole(), destination.whole()));
        engine.close();
        assertThatThrownBy(() -> engine.routine(program))
                .isInstanceOf(IllegalStateException.class)
                .hasMessage("reference is closed");
    }

    @Test
    void explain_steps_namesTheLayersAndCountsTheScratch() {
        try (Engine fake = new FakeEngine("fake", new FakeEngine.Freed(), (src, dst) -> {});
                Tensor weights = Tensor.allocate(Dims.of(1, 1, 1, 1));
                Convolution layer = fake.convolution(
                        ConvolutionDescriptor.conv2d(1, 1).padding(0).build(), weights)) {
            Part part = Part.dense(Dims.of(1, 1, 5, 5), Layout.CHANNELS_FIRST);
            Storage from = Storage.source(DataType.F32, part);
            Storage to = Storage.destination(DataType.F32, part);
            Region own = own(1, 1, 5, 5).whole();
            var program = new Program(
                    new ConvolutionProblem(layer.descriptor(), part.dims()),
                    "twice",
                    from,
                    to,
                    List.of(new Program.Piece(List.of(
                            new Program.Apply(layer, from.whole(), own), new Program.Apply(layer, own, to.whole())))),
                    List.of("why"));
            try (Routine routine = fake.routine(program)) {
                assertThat(routine.explain())
                        .isEqualTo(new Explanation(
                                program.problem().toString(),
                                "fake",
                                "twice",
                                "fake:CHANNELS_FIRST + fake:CHANNELS_FIRST",
                                2 * 3,
                                25 * Float.BYTES,
                                List.of("why", "a note", "a note")));
            }
        }
    }
}
