package io.github.faltung.cli;

import io.github.faltung.convolution.ConvolutionDescriptor;
import io.github.faltung.convolution.ConvolutionProblem;
import io.github.faltung.convolution.Link;
import io.github.faltung.convolution.PoolingProblem;
import io.github.faltung.convolution.Problem;
import io.github.faltung.convolution.ProblemLine;
import io.github.faltung.exchange.LayerFile;
import java.io.IOException;
import java.nio.file.Path;

/** Reads a layer: a file that ends in {@code .json}, or a problem line, of which the source's extents don't matter. */
final class LayerChoice {
    private LayerChoice() {}

    /** Returns a convolution. */
    static ConvolutionDescriptor convolution(String text) throws IOException {
        return isFile(text)
                ? LayerFile.read(Path.of(text))
                : ProblemLine.parse(text, false).convolution().descriptor();
    }

    /** Returns a convolution or pooling as part of a chain. */
    static Link link(String text) throws IOException {
        if (isFile(text)) {
            return Link.of(LayerFile.read(Path.of(text)));
        }
        Problem problem = ProblemLine.parse(text, false).problem();
        return problem instanceof ConvolutionProblem convolution
                ? Link.of(convolution.descriptor())
                : Link.of(((PoolingProblem) problem).descriptor());
    }

    private static boolean isFile(String text) {
        return text.endsWith(".json");
    }
}
