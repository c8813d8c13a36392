/**
 * Convolutions by oneDNN, checked against a pure-Java reference.
 *
 * <p><b>What is not exported</b> is the command line, which is started as {@code -m io.github.faltung/io.github.faltung.cli.FaltungCommand}.
 *
 * <p><b>Natives on the module path.</b> The native jars are modules of their own that nobody can require, since each platform has others:
 * {@code --add-modules ALL-MODULE-PATH} brings those that are there; in an image made with it, {@code --add-modules ALL-SYSTEM}. From Java 24
 * on, {@code --enable-native-access=org.bytedeco.dnnl,org.bytedeco.javacpp,org.bytedeco.opencl,com.sun.jna} says that they may be loaded.
 *
 * <p><b>Why static.</b> What reads ONNX ({@code org.tribuo.util.onnx}, {@code com.google.protobuf}) exists as automatic modules only, which
 * {@code jlink} refuses; an image without them has all but ONNX. picocli is for the command line alone. JNA is required: a program whose
 * threads could not be limited would not notice. Its artifact {@code jna} is an automatic module too; for {@code jlink} its twin {@code
 * jna-jpms} of the same version takes its place.
 *
 * <p><b>Spark is no module</b>: its jars have packages in common, and names that no module can have. {@code io.github.faltung.spark} is compiled against
 * the class path and is for the class path, where Spark puts its programs.
 */
// Of JNA, Tribuo and protobuf there is nothing but automatic modules among the dependencies, see above.
@SuppressWarnings("requires-automatic")
module io.github.faltung {
    requires transitive java.desktop;
    requires com.fasterxml.jackson.core;
    requires com.sun.jna;
    requires jdk.management;
    requires jdk.unsupported;
    requires org.bytedeco.dnnl;
    requires org.bytedeco.javacpp;
    // oneDNN's natives do not load without it.
    requires org.bytedeco.opencl;
    requires static com.google.protobuf;
    requires static info.picocli;
    requires static transitive org.jspecify;
    requires static org.tribuo.util.onnx;

    exports io.github.faltung;
    exports io.github.faltung.checking;
    exports io.github.faltung.convolution;
    exports io.github.faltung.exchange;
    exports io.github.faltung.image;
    exports io.github.faltung.onednn;
    exports io.github.faltung.planning;
    exports io.github.faltung.reference;
    exports io.github.faltung.spark;
    exports io.github.faltung.tensor;

    // Its annotations on private members.
    opens io.github.faltung.cli to
            info.picocli;
}
