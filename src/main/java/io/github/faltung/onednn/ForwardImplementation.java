package io.github.faltung.onednn;

import io.github.faltung.convolution.ConvolutionDescriptor;
import io.github.faltung.convolution.ConvolutionProblem;
import io.github.faltung.convolution.LayerTypes;
import io.github.faltung.convolution.Quantization;
import io.github.faltung.convolution.UnsupportedConvolutionException;
import io.github.faltung.tensor.DataType;
import io.github.faltung.tensor.Dims;
import io.github.faltung.tensor.Layout;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.BiFunction;
import java.util.function.Supplier;
import org.bytedeco.dnnl.dnnl_memory;
import org.bytedeco.dnnl.dnnl_memory_desc;
import org.bytedeco.dnnl.dnnl_primitive_attr;
import org.bytedeco.dnnl.dnnl_primitive_desc;
import org.bytedeco.dnnl.global.dnnl;
import org.jspecify.annotations.Nullable;

/**
 * The primitive that computes a problem, with the weights as it wants them. Immutable;
 * executed by many threads at once.
 */
final class ForwardImplementation implements PrimitiveImplementation {
    private final ConvolutionProblem problem;
    private final ForwardShape shape;
    private final Forms forms;
    private final @Nullable dnnl_memory bias;
    private final dnnl_memory_desc src;
    private final dnnl_memory_desc dst;
    private final dnnl_memory weights;
    private final Arithmetic arithmetic;
    private final Scaling scaling;
    private final PostOpOperands operands;
    private final String name;
    private final Primitive primitive;
    private final List<String> notes = new ArrayList<>();

    /** Returns what finds the implementations of a layer. */
    static Finder finder(NativeEngine engine, ConvolutionDescriptor descriptor, PackedWeights weights) {
        return (owner, src, dst) ->
                find(engine, owner, new ConvolutionProblem(descriptor, src.dims()), Forms.of(src, dst), weights);
    }

    /**
     * Finds the implementation of a problem in the types of its tensors; if there is none, in f32.
     *
     * @param forms of source and destination
     * @throws UnsupportedConvolutionException if there is none
     */
    static ForwardImplementation find(
            NativeEngine engine, NativeHandles owner, ConvolutionProblem problem, Forms forms, PackedWeights weights) {
        LayerTypes types = problem.descriptor().types();
        if (types.isAllF32()) {
            return find(engine, owner, problem, forms, weights, Arithmetic.AS_TYPED_HOWEVER_SLOW);
        }
        var obstacles = new ArrayList<String>();
        for (Arithmetic arithmetic : Arithmetic.values()) {
            String obstacle = arithmetic.obstacle(problem.descriptor(), weights);
            if (!obstacle.isEmpty()) {
                obstacles.add("not " + arithmetic + ": " + obstacle);
                continue;
            }
            for (Forms inner : arithmetic.forms(forms)) {
                try {
                    ForwardImplementation found = find(engine, owner, problem, inner, weights, arithmetic);
                    found.notes.addAll(0, obstacles);
                    return found;
                } catch (UnsupportedConvolutionException e) {
                    obstacles.add("not " + arithmetic + ", " + inner + ": " + e.getMessage());
                }
            }
        }
        throw new UnsupportedConvolutionException(
                "oneDNN can't compute it (" + String.join("; ", obstacles) + "): " + problem);
    }

    /** Finds the implementation of a problem as it is; if there is none, of the regular convolution that a transposed one may be. */
    private static ForwardImplementation find(
            NativeEngine engine,
            NativeHandles owner,
            ConvolutionProblem problem,
            Forms forms,
            PackedWeights weights,
            Arithmetic arithmetic) {
        ForwardShape shape = ForwardShape.of(problem);
        try {
            return new ForwardImplementation(engine, owner, problem, shape, forms, weights, arithmetic);
        } catch (UnsupportedConvolutionException e) {
            if (!shape.canBeRegular()) {
                throw e;
            }
            var regular =
                    new ForwardImplementation(engine, owner, problem, shape.asRegular(), forms, weights, arithmetic);
            regular.notes.add(0, "said as a regular convolution with turned windows: " + e.getMessage());
            return regular;
        }
    }

    /**
     * Finds and compiles the implementation: the first that oneDNN offers, no known defect strikes, and can be compiled.
     *
     * @param forms of source and destination
     * @throws UnsupportedConvolutionException if there is none
     */
    private ForwardImplementation(
            NativeEngine engine,
            NativeHandles owner,
            ConvolutionProblem problem,
            ForwardShape shape,
            Forms forms,
            PackedWeights weights,
            Arithmetic arithmetic) {
        ConvolutionDescriptor layer = problem.descriptor();
        LayerTypes types = arithmetic.types(layer.types());
        this.arithmetic = arithmetic;
        this.problem = problem;
        this.shape = shape;
        this.forms = forms;
        this.bias = arithmetic.takesBias(layer) ? weights.bias() : null;
        ConvolutionDescriptor inner = arithmetic.inner(layer, weights);
        this.operands =
                inner.postOps().equals(layer.postOps()) ? weights.operands() : PostOpOperands.of(engine, owner, inner);
        this.src = forms.src().desc(engine, owner, types.src(), shape.src());
        this.dst = forms.dst().desc(engine, owner, types.dst(), shape.dst());
        this.scaling = new Scaling(engine, owner, PostOpAttributes.of(engine, owner, inner, operands));
        announceScales(inner.quantization(), layer.groups());
        boolean hasBias = weights.bias() != null;
        double largest = types.isInteger() ? weights.range().largest() : 0;
        BiFunction<String, Long, Candidate> offered = (candidate, scratchpadBytes) ->
                new Candidate(candidate, shape, inner, types, forms, largest, hasBias, scratchpadBytes);
        Found found = find(
                owner,
                () -> describe(
                        engine,
                        owner,
                        problem,
                        engine.anyLayout(owner, types.weights(), WeightsShape.dims(layer)),
                        bias == null ? null : weights.biasDesc(),
                        scaling.attributes()),
                offered,
                (candidate, scratchpadBytes) -> arithmetic
                        .tooSlow(candidate)
                        .or(() -> arithmetic.rounds(candidate, layer, weights))
                        .or(() -> engine.guards()
                                .against(offered.apply(candidate, scratchpadBytes))
                                .map(KnownDefect::toString)));
        this.primitive = found.primitive;
        this.name = Primitive.implementationName(found.desc);
        this.weights = weights.packed(
                dnnl.dnnl_primitive_desc_query_md(found.desc, dnnl.dnnl_query_weights_md, 0), shape.turned(), problem);
    }

    private record Found(dnnl_primitive_desc desc, Primitive primitive) {}

    /** Compiles the first implementation that no known defect strikes, unless another is known to be faster than oneDNN's first. */
    private Found find(
            NativeHandles owner,
            Supplier<dnnl_primitive_desc> describe,
            BiFunction<String, Long, Candidate> offered,
            SoundImplementation.Guard guard) {
        dnnl_primitive_desc desc = describe.get();
        Candidate first = offered.apply(Primitive.implementationName(desc), 0L);
        FasterKernel.Choice faster = FasterKernel.than(first, Machine.cutsVectors());
        for (String named : faster.names()) {
            dnnl_primitive_desc other = describe.get();
            Optional<Primitive> compiled = SoundImplementation.compileOnly(owner, other, problem, guard, named);
            if (compiled.isPresent()) {
                notes.add(first.implementation() + " is passed over: " + named + " is faster " + faster.text());
                return new Found(other, compiled.get());
            }
        }
        return new Found(desc, SoundImplementation.compile(owner, desc, problem, guard, notes));
    }

    static dnnl_memory_desc plain(NativeEngine engine, NativeHandles owner, long[] dims, Layout layout) {
        return plain(engine, owner, DataType.F32, dims, layout);
    }

    static dnnl_memory_desc plain(NativeEngine engine, NativeHandles owner, DataType type, long[] dims, Layout layout) {
        return engine.strided(owner, type, dims, layout.strides(Dims.of(dims)));
    }

    private void announceScales(Quantization quantization, int groups) {
        var scales = new float[quantization.weightsScales().size()];
        for (int i = 0; i < scales.length; i++) {
            scales[i] = quantization.weightsScales().get(i);
        }
        int outputAxes = scales.length == 1 ? 0 : groups > 1 ? 0b11 : 0b1;
        if (scales.length > 1 || scales[0] != 1) {
            scaling.scales(dnnl.DNNL_ARG_WEIGHTS, outputAxes, scales);
        }
        scaling.scale(dnnl.DNNL_ARG_SRC, quantization.srcScale())
                .zeroPoint(dnnl.DNNL_ARG_SRC, quantization.srcZeroPoint())
                .scale(dnnl.DNNL_ARG_DST, quantization.dstScale())
                .zeroPoint(dnnl.DNNL_ARG_DST, quantization.dstZeroPoint());
    }

    private dnnl_primitive_desc describe(
            NativeEngine engine,
            NativeHandles owner,
            ConvolutionProblem problem,
            dnnl_memory_desc anyWeights,
            @Nullable dnnl_memory_desc bias,
            dnnl_primitive_attr attributes) {
        engine.guards().requireAskable(shape, problem);
        var desc = Primitive.description(owner, problem);
        int status = shape.transposed()
                ? dnnl.dnnl_deconvolution_forward_primitive_desc_create(
                        desc,
                        engine.handle(),
                        dnnl.dnnl_forward_inference,
                        dnnl.dnnl_deconvolution_direct,
                        src,
                        anyWeights,
                        bias,
                        dst,
                        shape.perAxis(ForwardShape.Axis::stride),
                        shape.perAxis(ForwardShape.Axis::dilates),
                        shape.perAxis(ForwardShape.Axis::paddingL),
                        shape.perAxis(ForwardShape.Axis::paddingR),
                        attributes)
                : dnnl.dnnl_convolution_forward_primitive_desc_create(
                        desc,
                        engine.handle(),
                        dnnl.dnnl_forward_inference,
                        dnnl.dnnl_convolution_direct,
                        src,
                        anyWeights,
                        bias,
                        dst,
                        shape.perAxis(ForwardShape.Axis::stride),
                        shape.perAxis(ForwardShape.Axis::dilates),
                        shape.perAxis(ForwardShape.Axis::paddingL),
                        shape.perAxis(ForwardShape.Axis::paddingR),
                        attributes);
        if (status == dnnl.dnnl_unimplemented) {
            throw new UnsupportedConvolutionException("oneDNN has no implementation: " + problem);
        }
        OneDnnStatus.check(
                status, shape.transposed() ? "dnnl_deconvolution_forward" : "dnnl_convolution_forward", problem);
        return desc;
    }

    @Override
    public String formulation() {
        return (shape.turned() ? "regular with turned windows" : "direct")
                + (arithmetic.isInF32() && !problem.descriptor().types().isAllF32() ? " " + arithmetic : "");
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
    public Forms forms() {
        return forms;
    }

    @Override
    public Map<Integer, dnnl_memory> constants() {
        var constants = new HashMap<>(scaling.arguments());
        constants.putAll(operands.memories());
        constants.put(dnnl.DNNL_ARG_WEIGHTS, weights);
        if (bias != null) {
            constants.put(dnnl.DNNL_ARG_BIAS, bias);
        }
        return constants;
    }

    @Override
    public Conversion conversion() {
        return arithmetic.conversion(problem.descriptor());
    }

    @Override
    public Primitive primitive() {
        return primitive;
    }

    @Override
    public long[] frameOffsets() {
        return shape.isFramed() ? shape.frameOffsets() : new long[0];
    }

    @Override
    public boolean readsDestination() {
        return problem.descriptor().readsDestination();
    }

    @Override
    public String name() {
        return name;
    }

    /** Returns which implementations were passed over, and why. */
    @Override
    public List<String> notes() {
        return notes;
    }

    @Override
    public Object problem() {
        return problem;
    }
}
