package io.github.faltung.convolution;

import java.util.Arrays;
import java.util.Locale;

/**
 * How exactly an f32 layer has to be computed. Anything but {@link #STRICT} lets an engine multiply bf16 numbers where that is faster; none has
 * to. Whatever it does, results are held to the bound that goes with the precision.
 *
 * <p>A bf16 number has 8 significant bits, so that x is off its nearest bf16 number x₁ by at most u·|x|, u = 2⁻⁸. The rest, again rounded, is
 * x₂, and so on: two parts have 16 bits, three have 24 (Henry, Tang and Heinecke, <em>Leveraging the bfloat16 artificial intelligence
 * datatype for higher-precision computations</em>, 2019). The constants name how many products of parts stand for one of the numbers; those
 * that are left out are the smallest.
 *
 * <p>Numbers beyond bf16's largest, 3.39·10³⁸, count as infinite, of which split products may make NaN; numbers below f32's least normal one,
 * 1.18·10⁻³⁸, may count as 0.
 */
public enum Precision {
    /** Every product in f32. */
    STRICT(1, 0, 0),
    /** Three parts: x₁w₁ + x₁w₂ + x₂w₁ + x₂w₂ + x₁w₃ + x₃w₁; off by 4·2⁻²⁴ of |x·w|, about as much as f32 itself. */
    SPLIT_BF16_6(3, 6, 4 * u(3) * (1 + 2 * u(1))),
    /** Two parts: x₁w₁ + x₁w₂ + x₂w₁; off by 3·2⁻¹⁶ of |x·w|. */
    SPLIT_BF16_3(2, 3, 3 * u(2) * (1 + u(1))),
    /** One part: x₁w₁; off by 2·2⁻⁸ of |x·w|. */
    BF16(1, 1, 2 * u(1) + u(2));

    /** What the parts' absolute values may add up to beyond a number's, for both factors of a product. */
    private static final double EXCESS = 5 * u(1);

    private final int parts;
    private final int products;
    private final double error;

    Precision(int parts, int products, double error) {
        this.parts = parts;
        this.products = Math.max(1, products);
        this.error = error;
    }

    /** Returns uᵏ. */
    private static double u(int power) {
        return Math.scalb(1.0, -8 * power);
    }

    /** Returns how many bf16 numbers stand for each number; 1 if it is strict. */
    public int parts() {
        return parts;
    }

    /** Returns how many products are computed for each of the layer's. */
    public int products() {
        return products;
    }

    /** Returns by how much of |x·w| the products that stand for x·w may be off together, before any of them is rounded. */
    public double error() {
        return error;
    }

    /** Returns by how much of |x·w| their absolute values may add up to more than it. */
    public double excess() {
        return this == STRICT ? 0 : EXCESS;
    }

    /** Returns whether products of this precision may be computed where {@code wanted} is asked for. */
    public boolean satisfies(Precision wanted) {
        return error <= wanted.error;
    }

    /**
     * Reads what {@link #toString} prints.
     *
     * @throws IllegalArgumentException if the text names none
     */
    public static Precision parse(String text) {
        return Arrays.stream(values())
                .filter(precision -> precision.toString().equals(text))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException(
                        "precision must be one of " + Arrays.toString(values()) + ", but was '" + text + "'"));
    }

    /** Returns {@code strict}, {@code split_bf16_6}, {@code split_bf16_3} or {@code bf16}. */
    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT);
    }
}
