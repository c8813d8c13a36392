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
import io.github.faltung.exchange.OnnxPooling;
import io.github.faltung.exchange.OnnxTestCase;
import io.github.faltung.exchange.UnsupportedFeatureException;
import io.github.faltung.reference.ReferenceEngine;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Wires the data sets of ONNX backend test folders to the engines and the report. */
final class VerifyOnnx {
    private final EnginesChoice engines;
    private final List<Arrangement> arrangements;
    private final VerifyReport report;

    VerifyOnnx(EnginesChoice engines, List<Arrangement> arrangements, VerifyReport report) {
        this.engines = engines;
        this.arrangements = arrangements;
        this.report = report;
    }

    void run(Path folder) throws IOException {
        if (!Files.isDirectory(folder)) {
            throw new IllegalArgumentException("--onnx must be a folder, but was " + folder);
        }
        List<Path> sets = OnnxTestCase.below(folder);
        if (sets.isEmpty()) {
            throw new IllegalArgumentException(
                    "there must be a folder with a model.onnx, but there is none in " + folder);
        }
        report.begin(sets.size() + " data sets on " + engines.engines() + " against the reference", 0);
        var open = new ArrayList<Engine>();
        try (Engine reference = new ReferenceEngine()) {
            for (EngineChoice engine : engines.engines()) {
                open.add(engine.open());
            }
            for (Path set : sets) {
                verify(folder, set, open, reference);
            }
        } finally {
            open.forEach(Engine::close);
        }
    }

    /** A data set that can't be read counts once for each run that it would have had. */
    private void verify(Path folder, Path set, List<Engine> open, Engine reference) throws IOException {
        String name = folder.relativize(set).toString();
        try (OnnxTestCase test = OnnxTestCase.read(set)) {
            Case given = given(name, test);
            for (Engine engine : open) {
                var runner = new CaseRunner(engine, reference, RunOptions.defaults());
                arrangements.forEach(arrangement -> report.add(runner.run(given, arrangement)));
            }
        } catch (UnsupportedFeatureException e) {
            addWithout(name, Verdict.SKIPPED, "not supported yet: " + e.feature(), open);
        } catch (ExchangeException e) {
            addWithout(name, Verdict.FAILED, String.valueOf(e.getMessage()), open);
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

    private void addWithout(String name, Verdict verdict, String reason, List<Engine> open) {
        for (Engine engine : open) {
            for (Arrangement arrangement : arrangements) {
                report.add(CaseResult.without(name, engine.name() + " " + arrangement, verdict, reason));
            }
        }
    }
}
