package io.github.faltung.convolution;

import static io.github.faltung.convolution.ConvolutionDescriptor.conv1d;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.faltung.reference.ReferenceEngine;
import io.github.faltung.tensor.Dims;
import io.github.faltung.tensor.Layout;
import io.github.faltung.tensor.Tensor;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Which workspaces are kept, and which are closed. */
class ChainWorkspacesTest {
    private static final Dims SRC = Dims.of(1, 1, 5);

    /** One value between, and the source to be copied. */
    private static final SequentialDescriptor CHAIN = SequentialDescriptor.of(
                    Link.of(conv1d(1, 3).build()), Link.of(conv1d(3, 2).build()))
            .thenAdding(0, Link.of(conv1d(2, 1).postOps(PostOp.sum()).build()));

    private final ChainWorkspaces workspaces = new ChainWorkspaces(CHAIN);

    /** Returns the elements that each layer gave, or fails if a tensor is closed. */
    private static float[] run(ChainWorkspace workspace) {
        try (Engine engine = new ReferenceEngine();
                Tensor first = Tensor.of(new float[] {1, 2, 3}, Dims.of(3, 1, 1));
                Tensor second = Tensor.of(new float[] {1, 1, 1, 1, 0, -1}, Dims.of(2, 3, 1));
                Tensor third = Tensor.of(new float[] {1, 10}, Dims.of(1, 2, 1));
                Tensor src = Tensor.of(new float[] {1, -2, 3, 0, 5}, SRC);
                Tensor dst = Tensor.allocate(SRC)) {
            var layers = new ArrayList<Link.Prepared>();
            List<Tensor> weights = List.of(first, second, third);
            for (int i = 0; i < weights.size(); i++) {
                layers.add(CHAIN.links().get(i).prepare(engine, weights.subList(i, i + 1)));
            }
            workspace.run(layers, src, dst);
            return dst.toFloatArray();
        }
    }

    private static void assertClosed(ChainWorkspace workspace) {
        assertThatThrownBy(() -> run(workspace)).isInstanceOf(IllegalStateException.class);
    }

    /** Of x: x, 2x and 3x; then 6x and −2x; then 6x − 20x + x. */
    @Test
    void run_skipOfTheSource_isAddedInEitherLayout() {
        for (Layout layout : Layout.values()) {
            try (ChainWorkspace workspace = new ChainWorkspace(CHAIN, SRC, layout)) {
                assertThat(run(workspace)).containsExactly(-13, 26, -39, 0, -65);
                assertThat(run(workspace)).containsExactly(-13, 26, -39, 0, -65);
            }
        }
    }

    /** 3 and 2 channels of 5 elements, and 5 elements that are copied. */
    @Test
    void bytes_valuesAndCopy_areAddedUp() {
        try (ChainWorkspace workspace = new ChainWorkspace(CHAIN, SRC, Layout.CHANNELS_FIRST)) {
            assertThat(workspace.bytes()).isEqualTo((15 + 10 + 5) * Float.BYTES);
            assertThat(workspace.dst()).isEqualTo(SRC);
        }
        SequentialDescriptor plain = SequentialDescriptor.of(
                Link.of(conv1d(1, 3).build()), Link.of(conv1d(3, 1).build()));
        try (ChainWorkspace workspace = new ChainWorkspace(plain, SRC, Layout.CHANNELS_FIRST)) {
            assertThat(workspace.bytes()).isEqualTo(15 * Float.BYTES);
        }
    }

    @Test
    void fits_otherDimsOrLayout_doesNot() {
        try (ChainWorkspace workspace = new ChainWorkspace(CHAIN, SRC, Layout.CHANNELS_FIRST)) {
            assertThat(workspace.fits(Dims.of(1, 1, 5), Layout.CHANNELS_FIRST)).isTrue();
            assertThat(workspace.fits(Dims.of(1, 1, 6), Layout.CHANNELS_FIRST)).isFalse();
            assertThat(workspace.fits(SRC, Layout.CHANNELS_LAST)).isFalse();
        }
    }

    @Test
    void close_workspace_closesItsTensors() {
        ChainWorkspace workspace = new ChainWorkspace(CHAIN, SRC, Layout.CHANNELS_FIRST);
        workspace.close();
        assertClosed(workspace);
    }

    @Test
    void lease_idleOneThatFits_isHandedOutAgainToOneCallerAtATime() {
        try (workspaces) {
            ChainWorkspace one = workspaces.lease(SRC, Layout.CHANNELS_FIRST);
            workspaces.giveBack(one);
            ChainWorkspace wider = workspaces.lease(Dims.of(1, 1, 6), Layout.CHANNELS_FIRST);
            ChainWorkspace last = workspaces.lease(SRC, Layout.CHANNELS_LAST);
            assertThat(wider).isNotSameAs(one);
            assertThat(last).isNotSameAs(one);
            workspaces.giveBack(wider);
            workspaces.giveBack(last);

            assertThat(workspaces.lease(SRC, Layout.CHANNELS_FIRST)).isSameAs(one);
            ChainWorkspace other = workspaces.lease(SRC, Layout.CHANNELS_FIRST);
            assertThat(other).isNotSameAs(one);
            workspaces.giveBack(one);
            workspaces.giveBack(other);
            assertThat(workspaces.lease(SRC, Layout.CHANNELS_LAST)).isSameAs(last);
            workspaces.giveBack(last);
        }
    }

    @Test
    void giveBack_moreThanAreKept_closesOlderOnes() {
        var leased = new ArrayList<ChainWorkspace>();
        for (int i = 0; i < ChainWorkspaces.CAPACITY + 2; i++) {
            leased.add(workspaces.lease(SRC, Layout.CHANNELS_FIRST));
        }
        leased.forEach(workspaces::giveBack);
        assertClosed(leased.get(0));
        assertClosed(leased.get(1));
        List<ChainWorkspace> kept = leased.subList(2, leased.size());
        for (ChainWorkspace workspace : kept) {
            assertThat(run(workspace)).hasSize(5);
        }

        workspaces.close();
        kept.forEach(ChainWorkspacesTest::assertClosed);
    }
}
