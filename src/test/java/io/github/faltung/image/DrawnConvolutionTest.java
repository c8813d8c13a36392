package io.github.faltung.image;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.faltung.convolution.Convolution;
import io.github.faltung.convolution.ConvolutionProblem;
import io.github.faltung.convolution.Engine;
import io.github.faltung.convolution.Link;
import io.github.faltung.convolution.ReceptiveField;
import io.github.faltung.convolution.SequentialDescriptor;
import io.github.faltung.image.DrawnConvolution.Step;
import io.github.faltung.reference.ReferenceEngine;
import io.github.faltung.tensor.Tensor;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Where a drawing says that a window lies is where an engine reads. */
class DrawnConvolutionTest {
    @ParameterizedTest
    @ValueSource(
            strings = {
                "conv mb1ic1iw5oc1kw3",
                "conv mb1ic1iw5oc1kw3sw2pw1",
                "conv mb1ic1iw6oc1kw3sw2",
                "conv mb1ic1iw8oc1ow8kw3pw2",
                "conv mb1ic1iw7oc1kw3dw1",
                "conv mb1ic1iw7oc1kw2sw3pw1dw2",
                "conv mb1ic1iw5oc1kw3pw1 --flip-kernel",
                "deconv mb1ic1iw3oc1kw3",
                "deconv mb1ic1iw3oc1kw3sw2pw1",
                "deconv mb1ic1iw3oc1ow6kw3sw2pw1",
                "deconv mb1ic1iw3oc1kw4sw2pw1",
                "deconv mb1ic1iw3oc1kw2sw3",
                "deconv mb1ic1iw4oc1kw3sw2dw1",
                "deconv mb1ic1iw5oc1kw2pw2",
                "deconv mb1ic1iw3oc1kw3sw2 --flip-kernel"
            })
    void taps_anyLayer_readWhatTheEngineReads(String line) {
        ConvolutionProblem problem = ConvolutionProblem.parse(line);
        boolean transposed = problem.descriptor().transposed();
        var axis = new DrawnAxis(
                problem.axis(0), transposed, transposed != problem.descriptor().flipKernel());
        int elements = (int) problem.srcDims().get(2);
        for (int element = 0; element < elements; element++) {
            float[] reached = response(problem, element);
            for (int output = 0; output < reached.length; output++) {
                assertThat(weightAt(axis, output, element))
                        .as("%s: output %d, source element %d", line, output, element)
                        .isEqualTo(reached[output]);
            }
        }
    }

    /** What an element of 1 makes of weights 1, 2, 3 and so on. */
    private static float[] response(ConvolutionProblem problem, int element) {
        var one = new float[(int) problem.srcDims().get(2)];
        one[element] = 1;
        var numbered = new float[problem.descriptor().kernel().get(0)];
        for (int i = 0; i < numbered.length; i++) {
            numbered[i] = i + 1;
        }
        try (Engine engine = new ReferenceEngine();
                Tensor weights = Tensor.of(numbered, problem.descriptor().weightsDims());
                Convolution layer = engine.convolution(problem.descriptor(), weights)) {
            return layer.forward(one, problem.srcDims());
        }
    }

    private static float weightAt(DrawnAxis axis, int output, int element) {
        float weight = 0;
        for (int tap = 0; tap < axis.axis().kernel(); tap++) {
            int cell = axis.cell(output, tap);
            assertThat(cell).isBetween(0, (int) axis.cells() - 1);
            if (axis.source(cell) == element) {
                weight += axis.weight(tap) + 1;
            }
        }
        return weight;
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "conv mb1ic2ih4iw5oc3kh3kw2sh2ph1pw1",
                "conv g2mb1ic2ih4iw4oc2kh3kw3",
                "conv g3mb1ic3ih3iw4oc3kh2kw2dh1",
                "deconv mb1ic2ih3iw2oc3kh3kw2sh2sw2ph1",
                "deconv g2mb1ic2ih3iw3oc2kh2kw2sh2sw2",
                "conv mb1ic3iw6oc2kw3pw1"
            })
    void sum_anyStep_isTheEnginesOutput(String line) {
        try (Engine engine = new ReferenceEngine()) {
            DrawnConvolution drawn = ConvolutionDrawing.of(engine, ConvolutionProblem.parse(line), Theme.LIGHT)
                    .convolution();
            assertThat(drawn.steps()).isEqualTo((int) drawn.problem().dstDims().elements());
            for (int i = 0; i < drawn.steps(); i++) {
                Step step = drawn.step(i);
                List<String> phrases = drawn.sum(step);
                double sum = phrases.subList(0, phrases.size() - 1).stream()
                        .mapToDouble(DrawnConvolutionTest::product)
                        .sum();
                assertThat(sum).as(line + " " + step).isEqualTo(drawn.output(step));
                assertThat(phrases).last().isEqualTo("= " + NumberText.of(drawn.output(step)));
            }
        }
    }

    private static double product(String phrase) {
        return Arrays.stream(phrase.replace("+ ", "")
                        .replaceAll("[()]", "")
                        .replace('−', '-')
                        .split("·", -1))
                .mapToDouble(Double::parseDouble)
                .reduce(1, (a, b) -> a * b);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "conv mb1ic1ih5iw6oc1kh3kw2",
                "conv mb1ic1ih5iw5oc1kh3kw3sh2sw2ph1pw1",
                "conv mb1ic1ih4iw4oc1kh2kw3ph1pw1"
            })
    void source_eachStep_hasItsReceptiveFieldHighlighted(String line) {
        ConvolutionProblem problem = ConvolutionProblem.parse(line);
        List<ReceptiveField> fields = SequentialDescriptor.of(Link.of(problem.descriptor()))
                .table(problem.srcDims())
                .rows()
                .get(0)
                .fields();
        try (Engine engine = new ReferenceEngine()) {
            DrawnConvolution drawn =
                    ConvolutionDrawing.of(engine, problem, Theme.LIGHT).convolution();
            for (int i = 0; i < drawn.steps(); i++) {
                assertHighlighted(drawn, drawn.step(i), fields);
            }
        }
    }

    private static void assertHighlighted(DrawnConvolution drawn, Step step, List<ReceptiveField> fields) {
        int height = (int) drawn.rows().cells();
        int width = (int) drawn.columns().cells();
        try (var canvas = new Canvas(width * Cells.SIDE, height * Cells.SIDE, Theme.LIGHT)) {
            new Cells(drawn).source(canvas, 0, 0, 0, step);
            for (int row = 0; row < height; row++) {
                for (int column = 0; column < width; column++) {
                    long y = row - drawn.rows().before();
                    long x = column - drawn.columns().before();
                    boolean seen = y >= fields.get(0).first(step.row())
                            && y <= fields.get(0).last(step.row())
                            && x >= fields.get(1).first(step.column())
                            && x <= fields.get(1).last(step.column());
                    int rgb = canvas.image().getRGB(column * Cells.SIDE + 5, row * Cells.SIDE + 5);
                    assertThat(rgb == Colour.WINDOW.in(Theme.LIGHT).getRGB())
                            .as("%s row %d column %d", step, y, x)
                            .isEqualTo(seen);
                }
            }
        }
    }
}
