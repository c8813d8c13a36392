package io.github.faltung.benchmarks.contest;

import io.github.faltung.benchmarks.peer.ConvolveOpLayer;
import io.github.faltung.benchmarks.peer.ConvolveOpPicture;
import io.github.faltung.benchmarks.peer.EnginePeer;
import io.github.faltung.benchmarks.peer.ExtraPeer;
import io.github.faltung.benchmarks.peer.OnnxRuntimePeer;
import io.github.faltung.benchmarks.peer.OpenCvLayer;
import io.github.faltung.benchmarks.peer.OpenCvPicture;
import io.github.faltung.benchmarks.peer.Prepared;
import io.github.faltung.benchmarks.peer.PyTorchLayer;
import io.github.faltung.benchmarks.peer.RawLayer;
import io.github.faltung.benchmarks.peer.Refusal;
import io.github.faltung.benchmarks.workload.PictureWorkload;
import io.github.faltung.benchmarks.workload.Workload;
import java.util.Arrays;
import java.util.List;

/** Who takes part. The first is the one that the others are compared with. */
public enum Contender {
    /** This library. */
    FALTUNG("faltung"),
    /** One oneDNN primitive a layer through the presets' C API, in the workload's layout. */
    RAW("raw"),
    /** ONNX Runtime with its default settings: idle threads spin. Channels first only, whatever the workload's layout. */
    ONNX_RUNTIME("onnxruntime"),
    /** ONNX Runtime whose idle threads sleep. */
    ONNX_RUNTIME_PASSIVE("onnxruntime-passive"),
    /** PyTorch, channels first. */
    PYTORCH("pytorch"),
    /** PyTorch, channels last. */
    PYTORCH_NHWC("pytorch-nhwc"),
    /** OpenCV's filter2D, of layers that filter planes, and of pictures, Gaussians by its GaussianBlur. */
    OPENCV("opencv"),
    /** The JDK's ConvolveOp, of pictures, and of layers that filter planes: in 8 bits, and not the border. */
    CONVOLVE_OP("convolveop"),
    /** TensorFlow Java, channels last; opt-in. */
    TENSORFLOW("tensorflow"),
    /** ND4J, the tensors of DL4J, channels first; opt-in. */
    DL4J("dl4j"),
    /** This library's definition of right, in plain Java. */
    REFERENCE("reference");

    private final String text;

    Contender(String text) {
        this.text = text;
    }

    /** Returns the contender of a name. */
    public static Contender named(String name) {
        return Arrays.stream(values())
                .filter(one -> one.text.equals(name))
                .findFirst()
                .orElseThrow(() ->
                        new IllegalArgumentException("contender must be one of " + names() + ", but was " + name));
    }

    /** Returns the names of all. */
    public static List<String> names() {
        return Arrays.stream(values()).map(Contender::toString).toList();
    }

    /** Returns whether it is someone else's convolution that a user could take instead of this library, and that computes the same. */
    public boolean isPeer() {
        return this != FALTUNG && this != RAW && this != CONVOLVE_OP;
    }

    /**
     * Makes a workload ready, to run on so many threads, the caller's counted.
     *
     * @throws Refusal if it does not compute such workloads
     */
    Prepared prepare(Workload workload, int threads) {
        return switch (this) {
            case FALTUNG -> EnginePeer.faltung(workload);
            case RAW -> RawLayer.of(Refusal.unlessLayer(workload));
            case ONNX_RUNTIME -> OnnxRuntimePeer.prepare(workload, threads, true);
            case ONNX_RUNTIME_PASSIVE -> OnnxRuntimePeer.prepare(workload, threads, false);
            case PYTORCH -> new PyTorchLayer(Refusal.unlessLayer(workload), threads, false);
            case PYTORCH_NHWC -> new PyTorchLayer(Refusal.unlessLayer(workload), threads, true);
            case OPENCV ->
                workload instanceof PictureWorkload picture
                        ? new OpenCvPicture(picture, threads)
                        : new OpenCvLayer(Refusal.unlessLayer(workload), threads);
            case CONVOLVE_OP ->
                workload instanceof PictureWorkload picture
                        ? new ConvolveOpPicture(picture)
                        : new ConvolveOpLayer(Refusal.unlessLayer(workload));
            case TENSORFLOW, DL4J -> ExtraPeer.named(text).prepare(Refusal.unlessLayer(workload), threads);
            case REFERENCE -> EnginePeer.reference(workload);
        };
    }

    /** Returns the class path of its JVM. */
    String classPath() {
        return switch (this) {
            case TENSORFLOW, DL4J -> ExtraClassPath.of(text);
            default -> System.getProperty("java.class.path");
        };
    }

    @Override
    public String toString() {
        return text;
    }
}
