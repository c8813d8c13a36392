package io.github.faltung.fuzz;

import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Supplier;

/** All targets by name. Each is made when it is wanted: some open engines. */
final class Targets {
    private static final Map<String, Supplier<FuzzTarget>> ALL =
            Collections.unmodifiableMap(new TreeMap<>(Map.ofEntries(
                    Map.entry("chain", ChainTarget::new),
                    Map.entry("command-line", CommandLineTarget::new),
                    Map.entry("deformable", DeformableTarget::new),
                    Map.entry("descriptor", DescriptorTarget::new),
                    Map.entry("gradients", GradientsTarget::new),
                    Map.entry("kernel-text", KernelTextTarget::new),
                    Map.entry("layer", LayerTarget::new),
                    Map.entry("layer-file", LayerFileTarget::new),
                    Map.entry("npy", NpyTarget::new),
                    Map.entry("onnx-model", OnnxModelTarget::new),
                    Map.entry("onnx-tensor", OnnxTensorTarget::new),
                    Map.entry("picture", PictureTarget::new),
                    Map.entry("pooling", PoolingTarget::new),
                    Map.entry("problem-file", ProblemFileTarget::new),
                    Map.entry("problem-line", ProblemLineTarget::new),
                    Map.entry("raster", RasterTarget::new),
                    Map.entry("strip-filter", StripFilterTarget::new),
                    Map.entry("tensor", TensorTarget::new),
                    Map.entry("wisdom", WisdomTarget::new))));

    private Targets() {}

    static List<String> names() {
        return List.copyOf(ALL.keySet());
    }

    static FuzzTarget of(String name) {
        Supplier<FuzzTarget> target = ALL.get(name);
        if (target == null) {
            throw new IllegalArgumentException("target must be one of " + ALL.keySet() + ", but was " + name);
        }
        return target.get();
    }
}
