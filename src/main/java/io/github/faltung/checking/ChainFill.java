package io.github.faltung.checking;

import io.github.faltung.convolution.Link;
import io.github.faltung.convolution.SequentialDescriptor;
import io.github.faltung.tensor.Dims;
import io.github.faltung.tensor.Tensor;
import java.util.ArrayList;
import java.util.List;

/**
 * Real parameters for a chain, such that values neither grow nor fade and errors are not blown up: the weights of an output, of which
 * there are n, are uniform from −1/n to 3/n, so they add up to about 1, and their sizes to about 5/4. Biases are uniform from −½ to ½, so
 * that some values are negative and a relu has something to do.
 */
public final class ChainFill {
    private ChainFill() {}

    /**
     * Returns tensors of {@link SequentialDescriptor#parameterDims}; the caller closes them. The same seed gives the same values.
     *
     * @throws IllegalArgumentException if a layer with parameters is no convolution
     */
    public static List<Tensor> parameters(SequentialDescriptor chain, long seed) {
        var tensors = new ArrayList<Tensor>();
        try {
            for (Link link : chain.links()) {
                List<Dims> dims = link.parameterDims();
                for (int i = 0; i < dims.size(); i++) {
                    var noise = new Noise(seed, tensors.size());
                    float scale = i == 0
                            ? 2f / Taps.of(ChainBound.convolution(link).layer()).count()
                            : 0.5f;
                    float middle = i == 0 ? 0.5f : 0;
                    Tensor tensor = Tensor.allocate(dims.get(i));
                    tensors.add(tensor);
                    ProblemData.fill(tensor, position -> (noise.real(position) + middle) * scale);
                }
            }
            return tensors;
        } catch (Throwable e) {
            tensors.forEach(Tensor::close);
            throw e;
        }
    }
}
