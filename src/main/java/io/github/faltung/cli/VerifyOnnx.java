package io.github.faltung.cli;

import io.github.faltung.checking.Arrangement;
import io.github.faltung.checking.Case;
import io.github.faltung.checking.CaseResult;
import io.github.faltung.checking.CaseRunner;
import io.github.faltung.checking.ConvolutionCase;
import io.github.faltung.checking.DeformableCase;
import io.github.faltung.checking.PoolingCase;
import io.github.faltung.checking.RunOptions;
import io.github.faltung.checking.Verdict;
import io.github.faltung.convolution.Engine;
import io.github.faltung.exchange.ExchangeException;
import io.github.faltung.exchange.OnnxConvolution;
import io.github.faltung.exchange.OnnxDeformable;
import io.github.faltung.exchange.OnnxLayer;
import io.github.faltung.exchange.OnnxModel;
import io.github.faltung.exchange.OnnxNode;
import io.github.faltung.exchange.OnnxPooling;
import io.github.faltung.exchange.OnnxTestCase;
import io.github.faltung.exchange.UnsupportedFeatureException;
import io.github.faltung.reference.ReferenceEngine;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;

/** Wires the data sets of ONNX backend test folders, and the nodes of models without any, to the engines and the report. */
final class VerifyOnnx {
    private final EnginesChoice engines;
    private final List<Arrangement> arrangements;
    private final RunOptions options;
    private final VerifyReport report;
    private final List<Engine> open = new ArrayList<>();
    private Path root = Path.of("");

    VerifyOnnx(EnginesChoice engines, List<Arrangement> arrangements, RunOptions options, VerifyReport report) {
        this.engines = engines;
        this.arrangements = arrangements;
        this.options = options;
        this.report = report;
    }

    void run(Path fileOrFolder) throws IOException {
        if (!Files.exists(fileOrFolder)) {
            throw new IllegalArgumentException("--onnx must be a model or a folder, but there is no " + fileOrFolder);
        }
        List<Path> sets = Files.isDirectory(fileOrFolder) ? OnnxTestCase.below(fileOrFolder) : List.of();
        List<Path> models = OnnxModel.below(fileOrFolder);
        if (sets.isEmpty() && models.isEmpty()) {
            throw new IllegalArgumentException("there must be an .onnx model, but there is none in " + fileOrFolder);
        }
        report.begin(
                sets.size() + " data sets and " + models.size() + " models without any, on " + engines.engines()
                        + " against the reference",
                0);
        root = fileOrFolder;
        try (Engine reference = new ReferenceEngine()) {
            for (EngineChoice engine : engines.engines()) {
                open.add(engine.open());
            }
            for (Path set : sets) {
                String name = root.relativize(set).toString();
                verify(name, reference, () -> OnnxTestCase.read(set));
            }
            for (Path model : models) {
                verify(model, reference);
            }
        } finally {
            open.forEach(Engine::close);
        }
    }

    /** A model that can't be read counts as one node. */
    private void verify(Path file, Engine reference) throws IOException {
        String name = file.equals(root)
                ? String.valueOf(file.getFileName())
                : root.relativize(file).toString();
        OnnxModel model;
        try {
            model = OnnxModel.read(file);
        } catch (ExchangeException e) {
            addWithout(name, e);
            return;
        }
        var others = new TreeMap<String, Integer>();
        model.otherOperators().forEach(operator -> others.merge(operator, 1, Integer::sum));
        report.note(name + ": opset " + model.opset() + ", " + model.nodes().size()
                + " convolutions and poolings with random sources, "
                + model.otherOperators().size() + " other nodes ignored " + others);
        for (OnnxNode node : model.nodes()) {
            String output = node.outputs().get(0);
            verify(
                    name + ": " + node.kind().opType() + " '" + (node.name().isEmpty() ? output : node.name()) + "'",
                    reference,
                    () -> OnnxTestCase.random(model, node, options.seed()));
        }
    }

    private interface Source {
        OnnxTestCase read() throws IOException;
    }

    /** What can't be read counts once for each run that it would have had. */
    private void verify(String name, Engine reference, Source source) throws IOException {
        try (OnnxTestCase test = source.read()) {
            Case given = given(name, test);
            if (test.layer() instanceof OnnxPooling pooling && pooling.lacksIndices()) {
                addWithout(name + ", second output", Verdict.SKIPPED, "not supported yet: indices of maxima (MaxPool)");
            }
            for (Engine engine : open) {
                var runner = new CaseRunner(engine, reference, options);
                arrangements.forEach(arrangement -> report.add(runner.run(given, arrangement)));
            }
        } catch (ExchangeException e) {
            addWithout(name, e);
        } catch (OutOfMemoryError e) {
            addWithout(name, Verdict.SKIPPED, "not enough memory: " + e.getMessage());
        }
    }

    private static Case given(String name, OnnxTestCase test) {
        OnnxLayer layer = test.layer();
        if (layer instanceof OnnxPooling pooling) {
            return new PoolingCase(name, pooling.descriptor(), test.src(), test.expected());
        }
        if (layer instanceof OnnxDeformable deformable) {
            return new DeformableCase(
                    name,
                    deformable.descriptor(),
                    deformable.weights(),
                    deformable.bias(),
                    test.src(),
                    test.offsets(),
                    test.mask(),
                    test.expected());
        }
        var convolution = (OnnxConvolution) layer;
        return new ConvolutionCase(
                name, convolution.descriptor(), test.src(), convolution.weights(), convolution.bias(), test.expected());
    }

    private void addWithout(String name, ExchangeException e) {
        if (e instanceof UnsupportedFeatureException missing) {
            addWithout(name, Verdict.SKIPPED, "not supported yet: " + missing.feature());
        } else {
            addWithout(name, Verdict.FAILED, String.valueOf(e.getMessage()));
        }
    }

    private void addWithout(String name, Verdict verdict, String reason) {
        for (Engine engine : open) {
            for (Arrangement arrangement : arrangements) {
                report.add(CaseResult.without(name, engine.name() + " " + arrangement, verdict, reason));
            }
        }
    }
}
