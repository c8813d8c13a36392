package io.github.faltung.onednn;

/**
 * Defects of the bundled oneDNN, 3.11.0, in its gradients by weights; what {@link KnownDefect} is for forward problems, and for gradients
 * by the source, which run as such.
 */
enum GradientDefect {
    /** The workspace for the gathered source is sized for blocked channels, and written beyond its end. */
    STRIDED_FEW_CHANNELS("oneDNN #6035: hang, wrong values or crash, 1x1 strided with few input channels") {
        @Override
        boolean strikes(String implementation, ForwardShape shape) {
            return implementation.contains("1x1")
                    && shape.inputsPerGroup() < 16
                    && shape.axes().stream().anyMatch(axis -> axis.stride() > 1);
        }
    },

    /** The source is copied by columns of one remainder by the stride; where a remainder has none, its padding is not set to 0. */
    PADDING_NOT_ZEROED("wrong values: bf16, source narrower than the stride") {
        @Override
        boolean strikes(String implementation, ForwardShape shape) {
            return (implementation.contains("jit_bf16:") || implementation.contains("amx"))
                    && shape.w().src() < shape.w().stride();
        }
    };

    private final String text;

    GradientDefect(String text) {
        this.text = text;
    }

    /** Returns whether the defect may strike. */
    abstract boolean strikes(String implementation, ForwardShape shape);

    /** Returns what happens, and where it is known from. */
    @Override
    public String toString() {
        return text;
    }
}
