package io.github.faltung.image;

import io.github.faltung.convolution.ConvolutionDescriptor;
import io.github.faltung.convolution.Padding;
import java.util.List;
import java.util.Locale;

/** A layer in words, as a heading: what is usual goes without saying. */
final class LayerTitle {
    private LayerTitle() {}

    static String of(ConvolutionDescriptor layer) {
        var title = new StringBuilder(kind(layer));
        title.append(' ').append(joined(layer.kernel()));
        if (layer.kernel().size() == 1) {
            title.append(" taps");
        }
        append(title, "stride", layer.strides(), 1);
        append(title, "dilation", layer.dilation(), 1);
        if (layer.padding() instanceof Padding.Explicit padding) {
            if (padding.begin().equals(padding.end())) {
                append(title, "padding", padding.begin(), 0);
            } else {
                title.append(", padding ").append(brief(padding.begin())).append(" before and ");
                title.append(brief(padding.end())).append(" after");
            }
        } else if (layer.padding() != Padding.Mode.VALID) {
            title.append(", ").append(layer.padding()).append(" padding");
        }
        append(title, "output padding", layer.outputPadding(), 0);
        return title + (layer.flipKernel() ? ", kernel flipped" : "");
    }

    private static String kind(ConvolutionDescriptor layer) {
        String kind = layer.transposed() ? "transposed convolution" : "convolution";
        boolean depthwise = layer.groups() > 1 && layer.groups() == layer.inputChannels();
        String grouped = layer.groups() == 1 ? kind : depthwise ? "depthwise " + kind : "grouped " + kind;
        return grouped.substring(0, 1).toUpperCase(Locale.ROOT) + grouped.substring(1);
    }

    private static void append(StringBuilder title, String name, List<Integer> values, int usual) {
        if (values.stream().anyMatch(value -> value != usual)) {
            title.append(", ").append(name).append(' ').append(brief(values));
        }
    }

    /** One number where all axes have it. */
    private static String brief(List<Integer> values) {
        return values.stream().distinct().count() == 1 ? String.valueOf(values.get(0)) : joined(values);
    }

    private static String joined(List<Integer> values) {
        return String.join("×", values.stream().map(String::valueOf).toList());
    }
}
