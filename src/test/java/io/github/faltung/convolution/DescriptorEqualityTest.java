package io.github.faltung.convolution;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.reflect.RecordComponent;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The equality of descriptors and of padding is written by hand: that no component is forgotten. */
class DescriptorEqualityTest {
    private static final ConvolutionDescriptor LAYER = ConvolutionDescriptor.transposed2d(8, 8)
            .kernel(3)
            .stride(2)
            .padding(1)
            .build();

    /** One value of each component that another layer may have in place of this one's, in the order of the components. */
    private static final List<Object> OTHERS = List.of(
            4,
            16,
            2,
            List.of(3, 5),
            List.of(2, 3),
            List.of(1, 2),
            Padding.valid(),
            false,
            List.of(1, 0),
            List.of(15, 15),
            true,
            List.of(PostOp.relu()),
            LayerTypes.parse("u8:s8:f32"),
            Quantization.NONE.withSrc(0.5f, 0),
            Precision.BF16);

    private static ConvolutionDescriptor with(int changed) throws ReflectiveOperationException {
        var values = new ArrayList<Object>();
        var types = new ArrayList<Class<?>>();
        RecordComponent[] components = ConvolutionDescriptor.class.getRecordComponents();
        for (int i = 0; i < components.length; i++) {
            types.add(components[i].getType());
            values.add(
                    i == changed ? OTHERS.get(i) : components[i].getAccessor().invoke(LAYER));
        }
        if (changed >= 0 && components[changed].getName().equals("quantization")) {
            values.set(changed - 1, LayerTypes.parse("u8:s8:f32")); // of f32 there is only one
        }
        return ConvolutionDescriptor.class
                .getDeclaredConstructor(types.toArray(Class<?>[]::new))
                .newInstance(values.toArray());
    }

    @Test
    void equals_sameComponents_isEqualAndHashesAlike() throws ReflectiveOperationException {
        assertThat(with(-1)).isEqualTo(LAYER).hasSameHashCodeAs(LAYER).isNotSameAs(LAYER);
    }

    @Test
    void equals_anyOtherComponent_isNotEqual() throws ReflectiveOperationException {
        String[] names = Arrays.stream(ConvolutionDescriptor.class.getRecordComponents())
                .map(RecordComponent::getName)
                .toArray(String[]::new);
        for (int i = 0; i < names.length; i++) {
            ConvolutionDescriptor like = names[i].equals("quantization")
                    ? LAYER.withTypes(LayerTypes.parse("u8:s8:f32"), Quantization.NONE)
                    : LAYER;
            assertThat(with(i)).as(names[i]).isNotEqualTo(like);
            assertThat(like).as(names[i]).isNotEqualTo(with(i));
        }
    }

    @Test
    void equals_paddingInNumbers_isByBothSides() {
        Padding padding = Padding.explicit(List.of(1, 2), List.of(3, 4));
        assertThat(Padding.explicit(List.of(1, 2), List.of(3, 4)))
                .isEqualTo(padding)
                .hasSameHashCodeAs(padding);
        assertThat(Padding.explicit(List.of(1, 0), List.of(3, 4))).isNotEqualTo(padding);
        assertThat(Padding.explicit(List.of(1, 2), List.of(3, 0))).isNotEqualTo(padding);
        assertThat(padding).isNotEqualTo(Padding.valid());
    }

    @Test
    void equals_nullOrAnotherType_isNotEqual() {
        assertThat(LAYER).isNotEqualTo(null).isNotEqualTo("layer");
    }

    /** Layers of one network differ in a number or two, and a map of them should not degenerate. */
    @Test
    void hashCode_layersThatDifferInAnyNumber_areAllDifferent() {
        var layers = new ArrayList<ConvolutionDescriptor>();
        for (int kernel = 1; kernel <= 4; kernel++) {
            for (int stride = 1; stride <= 3; stride++) {
                for (int dilation = 1; dilation <= 3; dilation++) {
                    for (int channels = 2; channels <= 8; channels += 2) {
                        for (int groups = 1; groups <= 2; groups++) {
                            layers.add(ConvolutionDescriptor.conv2d(channels, 4)
                                    .kernel(kernel)
                                    .stride(stride)
                                    .dilation(dilation)
                                    .groups(groups)
                                    .build());
                            layers.add(ConvolutionDescriptor.transposed2d(channels, 6)
                                    .kernel(kernel)
                                    .stride(stride)
                                    .dilation(dilation)
                                    .groups(groups)
                                    .build());
                        }
                    }
                }
            }
        }
        assertThat(layers.stream().map(ConvolutionDescriptor::hashCode)).doesNotHaveDuplicates();
    }

    @Test
    void hashCode_paddingThatDiffersOnAnySide_isDifferent() {
        var paddings = new ArrayList<Padding>();
        for (int before = 0; before < 8; before++) {
            for (int after = 0; after < 8; after++) {
                paddings.add(Padding.explicit(List.of(before, 1), List.of(1, after)));
            }
        }
        assertThat(paddings.stream().map(Padding::hashCode)).doesNotHaveDuplicates();
    }
}
