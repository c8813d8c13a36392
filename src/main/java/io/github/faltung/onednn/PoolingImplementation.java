package io.github.faltung.onednn;

import io.github.faltung.convolution.PoolingProblem;
import io.github.faltung.convolution.UnsupportedConvolutionException;
import io.github.faltung.tensor.Layout;
import java.util.List;
import java.util.Map;
import org.bytedeco.dnnl.dnnl_memory;
import org.bytedeco.dnnl.dnnl_memory_desc;
import org.bytedeco.dnnl.dnnl_primitive_desc;
import org.bytedeco.dnnl.global.dnnl;

/** oneDNN's pooling primitive for a problem, source and destination in one plain layout. */
final class PoolingImplementation implements Implementation {
    private final PoolingProblem problem;
    private final PoolingShape shape;
    private final Layout layout;
    private final dnnl_memory_desc src;
    private final dnnl_memory_desc dst;
    private final String name;
    private final Primitive primitive;

    /**
     * Compiles the first implementation that oneDNN offers.
     *
     * @throws UnsupportedConvolutionException if there is none
     */
    PoolingImplementation(NativeEngine engine, NativeHandles owner, PoolingProblem problem, Layout layout) {
        this.problem = problem;
        this.shape = PoolingShape.of(problem);
        this.layout = layout;
        if (shape.jumpsOverSource()) {
            throw new UnsupportedConvolutionException(
                    "oneDNN takes no dilation larger than the source for a mean without the padding: " + problem);
        }
        this.src = ForwardImplementation.plain(engine, owner, shape.tensors().src(), layout);
        this.dst = ForwardImplementation.plain(engine, owner, shape.tensors().dst(), layout);
        dnnl_primitive_desc desc = describe(engine, owner);
        this.name = Primitive.implementationName(desc);
        this.primitive = Primitive.create(owner, desc, problem);
    }

    private dnnl_primitive_desc describe(NativeEngine engine, NativeHandles owner) {
        var desc = new dnnl_primitive_desc();
        ForwardShape tensors = shape.tensors();
        int status = dnnl.dnnl_pooling_forward_primitive_desc_create(
                desc,
                engine.handle(),
                dnnl.dnnl_forward_inference,
                shape.algorithm(),
                src,
                dst,
                tensors.perAxis(ForwardShape.Axis::stride),
                tensors.perAxis(ForwardShape.Axis::kernel),
                tensors.perAxis(ForwardShape.Axis::dilates),
                tensors.perAxis(ForwardShape.Axis::paddingL),
                tensors.perAxis(ForwardShape.Axis::paddingR),
                engine.attributes(owner));
        if (status == dnnl.dnnl_unimplemented) {
            throw new UnsupportedConvolutionException("oneDNN has no implementation: " + problem);
        }
        OneDnnStatus.check(status, "dnnl_pooling_forward", problem);
        return owner.own(desc, dnnl::dnnl_primitive_desc_destroy);
    }

    @Override
    public dnnl_memory_desc src() {
        return src;
    }

    @Override
    public dnnl_memory_desc dst() {
        return dst;
    }

    @Override
    public Layout layout() {
        return layout;
    }

    @Override
    public Map<Integer, dnnl_memory> constants() {
        return Map.of();
    }

    @Override
    public Primitive primitive() {
        return primitive;
    }

    @Override
    public long[] frameOffsets() {
        return shape.tensors().isFramed() ? shape.tensors().frameOffsets() : new long[0];
    }

    @Override
    public boolean readsDestination() {
        return false;
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public List<String> notes() {
        boolean dilated = shape.tensors().axes().stream().anyMatch(axis -> axis.dilates() > 0);
        return dilated ? List.of("oneDNN has no fast kernel for a dilated window") : List.of();
    }

    @Override
    public Object problem() {
        return problem;
    }
}
