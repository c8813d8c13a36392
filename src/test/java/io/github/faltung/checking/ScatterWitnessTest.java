package io.github.faltung.checking;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.github.faltung.convolution.Convolution;
import io.github.faltung.convolution.ConvolutionDescriptor;
import io.github.faltung.convolution.ConvolutionProblem;
import io.github.faltung.convolution.Engine;
import io.github.faltung.convolution.Evaluation;
import io.github.faltung.convolution.Evaluator;
import io.github.faltung.reference.ReferenceEngine;
import io.github.faltung.tensor.Dims;
import io.github.faltung.tensor.Layout;
import io.github.faltung.tensor.Tensor;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ScatterWitnessTest {
    @Test
    void forward_workedByHand_isRight() {
        try (Engine engine = new ScatterWitness();
                Tensor weights = Tensor.of(new float[] {1, 10, 100}, Dims.of(1, 1, 3));
                Tensor bias = Tensor.of(new float[] {0.5f}, Dims.of(1));
                Convolution regular = engine.convolution(
                        ConvolutionDescriptor.conv1d(1, 1).kernel(3).padding(1).build(), weights, bias);
                Convolution transposed = engine.convolution(
                        ConvolutionDescriptor.transposed1d(1, 1)
                                .kernel(3)
                                .stride(2)
                                .build(),
                        weights,
                        bias)) {
            float[] src = {1, 2, 3};
            assertThat(regular.forward(src, Dims.of(1, 1, 3))).containsExactly(210.5f, 321.5f, 32.5f);
            assertThat(transposed.forward(src, Dims.of(1, 1, 3)))
                    .containsExactly(1.5f, 10.5f, 102.5f, 20.5f, 203.5f, 30.5f, 300.5f);
        }
    }

    /** Two computations without a common line agree in every number that a bound is made of. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "mb2ic4ih7iw6oc6kh3kw2ph1pw0",
                "g2mb2ic4ih9oc6kh3sh2dh1ph2",
                "g4mb1ic4iw20oc4kw3dw2pw2 --flip-kernel",
                "mb1ic2id5ih4iw6oc3kd3kh2kw1sd2pd1 --attr-post-ops=sum:0.5+gelu_erf+elu:0.3",
                "deconv g2mb2ic4ih5oc6kh4sh3ph1 --attr-post-ops=gelu_tanh+swish:2",
                "deconv mb1ic3id3ih4iw5oc2kd2kh3kw4sd1sh2sw3 --flip-kernel",
                "mb2ic4ih7iw6oc3kh3kw2ph1pw0 --attr-post-ops=mul:0.5*-2*1.5+add:3*-1*0.25+prelu:0.1*0.2*-0.3",
                "deconv g3mb2ic6iw7oc3kw3 --attr-post-ops=max:-0.5+sum:-2+min:1*2*0.75+prelu:0.3",
                "deconv mb2ic3iw6oc2kw3sw2dw1pw1 --attr-post-ops=hardswish:0.2:0.5+logistic+tanh+clip:0.1:0.6"
            })
    void evaluate_problem_agreesWithTheReference(String line) {
        ConvolutionProblem problem = ConvolutionProblem.parse(line);
        Arrangement arrangement = Arrangement.of(Layout.CHANNELS_LAST);
        try (var data = new ProblemData(problem, arrangement, RealFill.of(problem, 1), true);
                Engine witness = new ScatterWitness();
                Engine reference = new ReferenceEngine();
                Convolution one = witness.convolution(problem.descriptor(), data.weights(), data.bias());
                Convolution other = reference.convolution(problem.descriptor(), data.weights(), data.bias())) {
            Evaluation scattered = ((Evaluator) one).evaluate(data.src(), data.dst());
            Evaluation gathered = ((Evaluator) other).evaluate(data.src(), data.dst());
            assertThat(scattered.products()).containsExactly(gathered.products());
            assertThat(scattered.magnitudes()).containsExactly(gathered.magnitudes(), within(1e-12));
            assertThat(scattered.stages()).hasSameSizeAs(gathered.stages());
            for (int stage = 0; stage < gathered.stages().size(); stage++) {
                assertThat(scattered.stages().get(stage))
                        .containsExactly(gathered.stages().get(stage), within(1e-8));
            }
            for (int postOp = 0; postOp < problem.descriptor().postOps().size(); postOp++) {
                for (int i = 0; i < gathered.values().length; i++) {
                    assertThat(scattered.operand(postOp, i)).isEqualTo(gathered.operand(postOp, i));
                }
            }
        }
    }
}
