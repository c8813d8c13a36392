package io.github.faltung.spark;

import io.github.faltung.convolution.ConvolutionLink;
import io.github.faltung.convolution.Link;
import io.github.faltung.convolution.PoolingLink;
import io.github.faltung.convolution.SequentialDescriptor;
import io.github.faltung.image.Picture;
import io.github.faltung.tensor.DataType;
import io.github.faltung.tensor.Layout;
import io.github.faltung.tensor.Tensor;
import java.io.Serializable;

/**
 * What a chain reads.
 *
 * @param dataType of the source
 * @param spatialRank the number of its spatial axes; 2 if no link tells
 * @param channels of the source; 3 if the chain takes any number
 * @param white what a picture's brightest value becomes; black is 0
 * @param mostPixels that a picture may have
 */
record SourceForm(DataType dataType, int spatialRank, int channels, float white, long mostPixels)
        implements Serializable {
    private static final int PLANE = 2;
    private static final int COLOURS = 3;

    static SourceForm of(SequentialDescriptor chain, float white, long mostPixels) {
        int spatialRank = PLANE;
        int channels = COLOURS;
        for (Link link : chain.links()) {
            if (link instanceof PoolingLink pooling) {
                spatialRank = pooling.layer().kernel().size();
            }
            if (link instanceof ConvolutionLink convolution) {
                spatialRank = convolution.layer().spatialRank();
                channels = convolution.layer().inputChannels();
                break;
            }
        }
        return new SourceForm(chain.valueType(0), spatialRank, channels, white, mostPixels);
    }

    /**
     * Requires that the chain can work on pictures.
     *
     * @throws IllegalArgumentException if it can't
     */
    void requirePictures() {
        if (spatialRank != PLANE || (channels != 1 && channels != COLOURS)) {
            throw new IllegalArgumentException(
                    "a chain over pictures must have 2 spatial axes and 1 or 3 input channels, but had " + spatialRank
                            + " and " + channels);
        }
    }

    /** Returns a picture's numbers in grey or colour, as the chain has it, in a new tensor, which the caller closes. */
    Tensor tensor(Picture picture) {
        Picture fitting = picture.withChannels(channels);
        return white == Picture.WHITE && dataType == DataType.F32
                ? fitting.toTensor(Layout.CHANNELS_FIRST)
                : fitting.toTensor(dataType, Layout.CHANNELS_FIRST, white);
    }
}
