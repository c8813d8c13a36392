/**
 * Arrays and layers from and to files of others: NumPy's {@code .npy}, the convolution and pooling nodes of ONNX models, ONNX's backend test folders;
 * and layers as JSON.
 *
 * <p>Imports {@link io.github.faltung.convolution}, {@link io.github.faltung.tensor}, the generated protobuf classes of ONNX and a JSON
 * tokenizer.
 *
 * <pre>{@code
 * OnnxModel model = OnnxModel.read(Path.of("detector.onnx"));
 * for (OnnxNode node : model.nodes()) {
 *     try (OnnxLayer layer = model.layer(node)) {
 *         if (layer instanceof OnnxConvolution conv) {
 *             prepared.add(engine.convolution(conv.descriptor(), conv.weights(), conv.bias()));
 *         } else if (layer instanceof OnnxPooling pooling) {
 *             …
 *         }
 *     }
 * }
 * }</pre>
 *
 * <p><b>Broken files.</b> Whatever is wrong with a file's content is an {@link io.github.faltung.exchange.ExchangeException} with the
 * file, the field, the rule and the value; what is right but waits for a feature is its subclass {@link
 * io.github.faltung.exchange.UnsupportedFeatureException}, which names the feature. They are {@link java.io.IOException}s, since who
 * reads a file has to expect that it can't be read. Nothing is allocated because a header says so: extents are compared with what the
 * file has first.
 *
 * <p><b>Why these dependencies.</b> {@code org.tribuo:tribuo-util-onnx} carries the classes that protoc makes of ONNX's own schema, so
 * there is no parser of ours to be wrong. {@code com.fasterxml.jackson.core:jackson-core} is the tokenizer alone, without data binding:
 * it has no dependencies and bounds nesting and the length of numbers.
 */
@NullMarked
package io.github.faltung.exchange;

import org.jspecify.annotations.NullMarked;
