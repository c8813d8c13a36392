package io.github.faltung.convolution;

import io.github.faltung.tensor.Dims;
import io.github.faltung.tensor.Layout;
import io.github.faltung.tensor.Tensor;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.function.BiConsumer;

/**
 * A chain of layers with their weights, ready to run on the engine that prepared them. Intermediate tensors are kept from call to call
 * and lie in one layout throughout, the engine's own or else the source's, so that no layer has to rearrange what another made.
 *
 * <p>Thread-safe: many threads may call one chain at once; each leases intermediate tensors of its own. Whoever made it closes it, or
 * its engine does. Closing the chain waits for calls in progress; closing the engine ends them with an {@link IllegalStateException}
 * before their next layer.
 */
public final class Sequential extends Layer {
    private final SequentialDescriptor chain;
    private final List<Link.Prepared> layers;
    private final ChainWorkspaces workspaces;
    private final BiConsumer<Tensor, Tensor> run = this::run;

    private Sequential(
            Engine engine, SequentialDescriptor chain, List<Link.Prepared> layers, ChainWorkspaces workspaces) {
        super(engine, chain.toString(), () -> close(layers, workspaces));
        this.chain = chain;
        this.layers = layers;
        this.workspaces = workspaces;
    }

    /**
     * Prepares the layers of a chain.
     *
     * @param parameters tensors of {@link SequentialDescriptor#parameterDims}, in that order; copied
     * @throws IllegalArgumentException if there are more or fewer, or one has other dims
     * @throws IllegalStateException if the engine or a tensor is closed
     * @throws UnsupportedConvolutionException if the engine can't run one of the layers
     */
    public static Sequential prepare(Engine engine, SequentialDescriptor chain, List<Tensor> parameters) {
        List<Dims> dims = chain.parameterDims();
        if (parameters.size() != dims.size()) {
            throw Rule.broken("parameters", "must be tensors of " + dims, parameters.size() + " tensors", chain);
        }
        List<Link> links = chain.links();
        var layers = new Link.Prepared[links.size()]; // not a list, which could fail to take a layer that is there
        int count = 0;
        try {
            int next = 0;
            for (; count < layers.length; count++) {
                int end = next + links.get(count).parameterDims().size();
                layers[count] = links.get(count).prepare(engine, parameters.subList(next, end));
                next = end;
            }
            return new Sequential(engine, chain, List.of(layers), new ChainWorkspaces(chain));
        } catch (Throwable e) {
            for (int i = 0; i < count; i++) {
                layers[i].layer().close();
            }
            throw e;
        }
    }

    private static void close(List<Link.Prepared> layers, ChainWorkspaces workspaces) {
        workspaces.close();
        layers.forEach(prepared -> prepared.layer().close());
    }

    /**
     * Runs the chain.
     *
     * @param src {@code [MB, C, spatial…]}, of the first layer's source type, any layout, read
     * @param dst of the dims that {@link SequentialDescriptor#dstDims} makes of the source's, of the last layer's type, any layout, overwritten, maybe several
     *     times
     * @throws IllegalArgumentException if a tensor's dims or type don't fit, or the tensors share memory
     * @throws IllegalStateException if this chain, its engine or a tensor is closed
     * @throws UnsupportedConvolutionException if the engine has no sound implementation of a layer for such a source
     */
    public void forward(Tensor src, Tensor dst) {
        Objects.requireNonNull(src, "src");
        Objects.requireNonNull(dst, "dst");
        enter();
        try {
            Tensor.whileHeld(src, dst, run);
        } finally {
            exit();
        }
    }

    private void run(Tensor src, Tensor dst) {
        ChainWorkspace workspace = workspaces.lease(src.dims(), engine().chainLayout(layout(src)));
        try {
            if (!dst.dims().equals(workspace.dst())) {
                throw Rule.broken("dst", "must have dims " + workspace.dst(), dst.dims(), chain);
            }
            if (src.overlaps(dst)) {
                throw Rule.broken("dst", "must not share memory with src", dst, chain);
            }
            workspace.run(layers, src, dst);
        } finally {
            workspaces.giveBack(workspace);
        }
    }

    private static Layout layout(Tensor src) {
        boolean last = src.isDense(Layout.CHANNELS_LAST) && !src.isDense(Layout.CHANNELS_FIRST);
        return last ? Layout.CHANNELS_LAST : Layout.CHANNELS_FIRST;
    }

    /**
     * Runs the chain into a new tensor, which the caller closes; channels last if {@code src} is, else channels first.
     *
     * @throws IllegalArgumentException if the chain can't be applied to {@code src}
     * @throws IllegalStateException if this chain, its engine or the tensor is closed
     * @throws UnsupportedConvolutionException if the engine has no sound implementation of a layer for such a source
     */
    public Tensor forward(Tensor src) {
        Tensor dst = Tensor.allocate(chain.valueType(chain.links().size()), chain.dstDims(src.dims()), layout(src));
        try {
            forward(src, dst);
            return dst;
        } catch (Throwable e) {
            dst.close();
            throw e;
        }
    }

    /**
     * Runs the chain from array to array, both channels first: the convenient way, which copies.
     *
     * @throws IllegalArgumentException if there are more or fewer elements than {@code srcDims} has, or the chain can't be applied to such a
     *     source
     * @throws IllegalStateException if this chain or its engine is closed
     * @throws UnsupportedConvolutionException if the engine has no sound implementation of a layer for such a source
     */
    public float[] forward(float[] src, Dims srcDims) {
        try (Tensor in = Tensor.allocate(chain.valueType(0), srcDims, Layout.CHANNELS_FIRST)) {
            in.copyFrom(src, Layout.CHANNELS_FIRST);
            try (Tensor out = forward(in)) {
                return out.toFloatArray();
            }
        }
    }

    /** Returns the names of the code that runs for a source of the given dims in the given layout, layer by layer, with the output in the same. */
    public List<String> implementationNames(Dims src, Layout layout) {
        List<Dims> values = chain.valueDims(src);
        enter();
        try {
            var names = new ArrayList<String>();
            Layout within = engine().chainLayout(layout);
            int last = layers.size() - 1;
            for (int i = 0; i <= last; i++) {
                names.add(layers.get(i)
                        .implementation()
                        .name(values.get(i), i == 0 ? layout : within, i == last ? layout : within));
            }
            return names;
        } finally {
            exit();
        }
    }

    /** Returns how many bytes of intermediate tensors one call holds for a source of the given dims. */
    public long intermediateBytes(Dims src) {
        enter();
        try {
            ChainWorkspace workspace = workspaces.lease(src, engine().chainLayout(Layout.CHANNELS_FIRST));
            workspaces.giveBack(workspace);
            return workspace.bytes();
        } finally {
            exit();
        }
    }

    /** Returns the chain without its weights. */
    public SequentialDescriptor descriptor() {
        return chain;
    }
}
