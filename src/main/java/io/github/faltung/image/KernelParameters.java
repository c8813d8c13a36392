package io.github.faltung.image;

import java.util.LinkedHashMap;
import java.util.Map;

/** The numbers of a named kernel: what its text says, else the defaults. */
final class KernelParameters {
    private final NamedKernel kernel;
    private final Map<String, String> values;

    private KernelParameters(NamedKernel kernel, Map<String, String> values) {
        this.kernel = kernel;
        this.values = values;
    }

    /**
     * Reads {@code name=value} pairs between commas.
     *
     * @param defaults all parameters there are; one without a value is empty
     * @param text what is given
     * @throws IllegalArgumentException if the text names another parameter, or gives no value
     */
    static KernelParameters of(NamedKernel kernel, String defaults, String text) {
        Map<String, String> values = pairs(defaults);
        pairs(text).forEach((name, value) -> {
            if (!values.containsKey(name)) {
                String known = values.isEmpty() ? "no parameters" : "only " + String.join(", ", values.keySet());
                throw new IllegalArgumentException(
                        "kernel " + kernel + " must be given " + known + ", but was given '" + name + "'");
            }
            if (value.isEmpty()) {
                throw new IllegalArgumentException(
                        "kernel " + kernel + ": " + name + " must have a value, as in " + name + "=3, but had none");
            }
            values.put(name, value);
        });
        return new KernelParameters(kernel, values);
    }

    private static Map<String, String> pairs(String text) {
        var pairs = new LinkedHashMap<String, String>();
        if (text.isBlank()) {
            return pairs;
        }
        for (String pair : text.split(",", -1)) {
            int equals = pair.indexOf('=');
            String name = (equals < 0 ? pair : pair.substring(0, equals)).strip();
            pairs.put(name, equals < 0 ? "" : pair.substring(equals + 1).strip());
        }
        return pairs;
    }

    /** Returns a number, or a fraction such as 1/9. */
    double number(String name) {
        return KernelFile.number(text(name), "kernel " + kernel + ": " + name);
    }

    int whole(String name) {
        double value = number(name);
        if (value != (int) value) {
            throw new IllegalArgumentException(
                    "kernel " + kernel + ": " + name + " must be a whole number, but was " + text(name));
        }
        return (int) value;
    }

    /** Returns the size, or if none is given, that which holds a Gaussian. */
    int sizeFor(String sigma) {
        return text("size").isEmpty() ? Kernels.gaussianSize(number(sigma)) : whole("size");
    }

    private String text(String name) {
        return values.getOrDefault(name, "");
    }
}
