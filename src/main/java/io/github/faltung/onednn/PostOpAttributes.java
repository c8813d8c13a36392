package io.github.faltung.onednn;

import io.github.faltung.convolution.PostOp;
import io.github.faltung.convolution.Quantization;
import java.util.List;
import org.bytedeco.dnnl.dnnl_post_ops;
import org.bytedeco.dnnl.dnnl_primitive_attr;
import org.bytedeco.dnnl.global.dnnl;

/** Translates a chain of post-ops into oneDNN's attributes. */
final class PostOpAttributes {
    private PostOpAttributes() {}

    /** Makes attributes with the chain and scratchpad mode {@code user}. */
    static dnnl_primitive_attr of(
            NativeEngine engine, NativeHandles owner, List<PostOp> chain, Quantization quantization) {
        dnnl_primitive_attr attributes = engine.attributes(owner);
        if (chain.isEmpty()) {
            return attributes;
        }
        var postOps = new dnnl_post_ops();
        OneDnnStatus.check(dnnl.dnnl_post_ops_create(postOps), "dnnl_post_ops_create", chain);
        owner.own(postOps, dnnl::dnnl_post_ops_destroy);
        for (PostOp postOp : chain) {
            append(postOps, postOp, quantization);
        }
        OneDnnStatus.check(
                dnnl.dnnl_primitive_attr_set_post_ops(attributes, postOps), "dnnl_primitive_attr_set_post_ops", chain);
        return attributes;
    }

    private static void append(dnnl_post_ops postOps, PostOp postOp, Quantization quantization) {
        if (postOp instanceof PostOp.Eltwise eltwise) {
            OneDnnStatus.check(
                    dnnl.dnnl_post_ops_append_eltwise(
                            postOps, algorithm(eltwise.algorithm()), eltwise.alpha(), eltwise.beta()),
                    "dnnl_post_ops_append_eltwise",
                    postOp);
        } else if (postOp instanceof PostOp.Sum sum) {
            OneDnnStatus.check(
                    dnnl.dnnl_post_ops_append_sum(
                            postOps,
                            sum.scale() * quantization.dstScale(),
                            quantization.dstZeroPoint(),
                            dnnl.dnnl_data_type_undef),
                    "dnnl_post_ops_append_sum",
                    postOp);
        } else {
            throw new AssertionError("no oneDNN post-op for " + postOp);
        }
    }

    private static int algorithm(PostOp.Algorithm algorithm) {
        return switch (algorithm) {
            case RELU -> dnnl.dnnl_eltwise_relu;
            case ELU -> dnnl.dnnl_eltwise_elu;
            case GELU_ERF -> dnnl.dnnl_eltwise_gelu_erf;
            case GELU_TANH -> dnnl.dnnl_eltwise_gelu_tanh;
            case SWISH -> dnnl.dnnl_eltwise_swish;
            case HARDSWISH -> dnnl.dnnl_eltwise_hardswish;
            case SIGMOID -> dnnl.dnnl_eltwise_logistic;
            case TANH -> dnnl.dnnl_eltwise_tanh;
            case CLIP -> dnnl.dnnl_eltwise_clip;
        };
    }
}
