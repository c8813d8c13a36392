package io.github.faltung.cli;

import io.github.faltung.convolution.ConvolutionDescriptor;
import io.github.faltung.convolution.ConvolutionProblem;
import io.github.faltung.convolution.Link;
import io.github.faltung.convolution.PoolingAlgorithm;
import io.github.faltung.convolution.PoolingProblem;
import io.github.faltung.convolution.Problem;
import io.github.faltung.convolution.ProblemKind;
import io.github.faltung.convolution.ProblemLine;
import io.github.faltung.exchange.LayerFile;
import java.io.IOException;
import java.nio.file.Path;
import picocli.CommandLine.Model.CommandSpec;

/**
 * Reads a layer: a file that ends in {@code .json}, or a problem line, of which the source's extents don't matter. A line that is none
 * makes the command line a wrong one.
 */
final class LayerChoice {
    private LayerChoice() {}

    /** Returns the problem of a line, of one picture if the line does not say of how many. */
    static ConvolutionProblem problem(CommandSpec spec, String line) {
        return Argument.read(spec, () -> parse(line).convolution());
    }

    /** Returns a convolution. */
    static ConvolutionDescriptor convolution(CommandSpec spec, String text) throws IOException {
        return isFile(text)
                ? LayerFile.read(Path.of(text))
                : problem(spec, text).descriptor();
    }

    /** Returns a convolution or pooling as part of a chain. */
    static Link link(CommandSpec spec, String text) throws IOException {
        if (isFile(text)) {
            return Link.of(LayerFile.read(Path.of(text)));
        }
        Problem problem = Argument.read(spec, () -> parse(text).problem());
        return problem instanceof ConvolutionProblem convolution
                ? Link.of(convolution.descriptor())
                : Link.of(((PoolingProblem) problem).descriptor());
    }

    private static ProblemLine parse(String line) {
        return ProblemLine.parse(line, ProblemKind.CONV, PoolingAlgorithm.MAX, 1);
    }

    private static boolean isFile(String text) {
        return text.endsWith(".json");
    }
}
