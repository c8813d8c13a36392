package io.github.faltung.image;

import java.util.List;

/** What is added up to a sum of bytes times weights. */
sealed interface ByteTerm {
    /** Returns how many rows the whole window has. */
    int height();

    /** Returns how many columns it has. */
    int width();

    /** Returns the sum of the products' magnitudes. */
    double magnitude();

    /**
     * Windows of f32 weights, summed with one after the other.
     *
     * @param passes a window, or a column and then a row
     */
    record Passes(List<BytePass> passes) implements ByteTerm {
        @Override
        public int height() {
            return passes.stream().mapToInt(BytePass::height).max().orElse(0);
        }

        @Override
        public int width() {
            return passes.stream().mapToInt(BytePass::width).max().orElse(0);
        }

        @Override
        public double magnitude() {
            return passes.stream().mapToDouble(BytePass::magnitude).reduce(1, (a, b) -> a * b);
        }

        /** Returns whether no weight is negative. */
        boolean isPositive() {
            return passes.stream().allMatch(BytePass::isPositive);
        }

        /** Returns a power of two of which all products are multiples. */
        double unit() {
            return passes.stream().mapToDouble(BytePass::unit).reduce(1, (a, b) -> a * b);
        }
    }

    /**
     * A window of 8-bit weights, whose products with bytes are summed exactly.
     *
     * @param window the weights, whole numbers from −{@value #MOST} to {@value #MOST}
     * @param unit what a weight of 1 stands for
     */
    record EightBits(BytePass window, float unit) implements ByteTerm {
        /** The largest weight. */
        static final int MOST = Byte.MAX_VALUE;

        @Override
        public int height() {
            return window.height();
        }

        @Override
        public int width() {
            return window.width();
        }

        @Override
        public double magnitude() {
            return unit * window.magnitude();
        }
    }
}
