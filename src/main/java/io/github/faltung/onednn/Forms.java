package io.github.faltung.onednn;

/** The forms of a source and a destination. */
record Forms(Form src, Form dst) {
    /** Both of one form. */
    static Forms both(Form form) {
        return new Forms(form, form);
    }

    /**
     * Returns the forms to compute in. Of plain tensors one for both, since mixed layouts fall to oneDNN's reference loops: the one that makes
     * the fewest copies. Beside a blocked tensor the other's own.
     */
    static Forms of(TensorShape src, TensorShape dst) {
        if (!src.isBlocked() && !dst.isBlocked()) {
            return both(Form.of(TensorShape.commonLayout(src, dst)));
        }
        return new Forms(src.form(), dst.form());
    }
}
