package io.github.faltung.image;

import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Function;

/**
 * The kernels that have a name, in a text form such as {@code gaussian:sigma=2,size=11}: a name, and after a colon parameters that are not
 * to be what {@link #parameters} says. A new one is a line here and a function in {@link Kernels}.
 */
public enum NamedKernel {
    IDENTITY("", "the pixel itself", p -> Kernels.identity()),
    BOX("size=3", "mean of a square", p -> Kernels.box(p.whole("size"))),
    GAUSSIAN("sigma=1,size", "Gaussian blur", p -> Kernels.gaussian(p.number("sigma"), p.sizeFor("sigma"))),
    BINOMIAL("size=5", "blur by binomial coefficients", p -> Kernels.binomial(p.whole("size"))),
    SOBEL_X("", "Sobel, derivative to the right", p -> Kernels.sobelX()),
    SOBEL_Y("", "Sobel, derivative downwards", p -> Kernels.sobelX().transposed()),
    PREWITT_X("", "Prewitt, derivative to the right", p -> Kernels.prewittX()),
    PREWITT_Y("", "Prewitt, derivative downwards", p -> Kernels.prewittX().transposed()),
    SCHARR_X("", "Scharr, derivative to the right", p -> Kernels.scharrX()),
    SCHARR_Y("", "Scharr, derivative downwards", p -> Kernels.scharrX().transposed()),
    ROBERTS_1("", "Roberts, falling diagonal", p -> Kernels.roberts1()),
    ROBERTS_2("", "Roberts, rising diagonal", p -> Kernels.roberts2()),
    LAPLACIAN_4("", "Laplacian of 4 neighbours", p -> Kernels.laplacian4()),
    LAPLACIAN_8("", "Laplacian of 8 neighbours", p -> Kernels.laplacian8()),
    LOG(
            "sigma=1,size",
            "Laplacian of a Gaussian",
            p -> Kernels.laplacianOfGaussian(p.number("sigma"), p.sizeFor("sigma"))),
    DOG(
            "sigma=1,sigma2=1.6,size",
            "difference of two Gaussians",
            p -> Kernels.differenceOfGaussians(p.number("sigma"), p.number("sigma2"), p.sizeFor("sigma2"))),
    SHARPEN("", "pixel less Laplacian", p -> Kernels.sharpen()),
    UNSHARP(
            "sigma=1,amount=1,size",
            "unsharp mask",
            p -> Kernels.unsharp(p.number("sigma"), p.number("amount"), p.sizeFor("sigma"))),
    EMBOSS("", "relief lit from the upper left", p -> Kernels.emboss()),
    MOTION("length=9,angle=0", "motion blur, degrees", p -> Kernels.motion(p.number("length"), p.number("angle"))),
    GABOR(
            "sigma=3,theta=0,lambda=8,gamma=0.5,psi=0,size",
            "Gabor's wave in a Gaussian, degrees",
            p -> Kernels.gabor(new Kernels.GaborParameters(
                    p.number("sigma"),
                    p.number("theta"),
                    p.number("lambda"),
                    p.number("gamma"),
                    p.number("psi"),
                    p.sizeFor("sigma")))),
    DIAGONAL("", "detector of falling diagonal lines", p -> Kernels.diagonal()),
    ANTIDIAGONAL("", "detector of rising diagonal lines", p -> Kernels.antidiagonal());

    private final String parameters;
    private final String description;

    @SuppressWarnings("ImmutableEnumChecker") // the functions above hold nothing
    private final Function<KernelParameters, ImageKernel> maker;

    NamedKernel(String parameters, String description, Function<KernelParameters, ImageKernel> maker) {
        this.parameters = parameters;
        this.description = description;
        this.maker = maker;
    }

    /**
     * Makes the kernel of a text.
     *
     * @throws IllegalArgumentException if there is no such name or parameter, or a value is not allowed; the message says which are
     */
    public static ImageKernel of(String text) {
        int colon = text.indexOf(':');
        String name = colon < 0 ? text : text.substring(0, colon);
        NamedKernel kernel = named(name)
                .orElseThrow(() -> new IllegalArgumentException("kernel must be one of "
                        + String.join(
                                ", ",
                                Arrays.stream(values()).map(Object::toString).toList()) + ", but was '" + name
                        + "'"));
        return kernel.maker.apply(
                KernelParameters.of(kernel, kernel.parameters, colon < 0 ? "" : text.substring(colon + 1)));
    }

    /** Returns whether the text begins with the name of a kernel; its parameters may still be wrong. */
    public static boolean isNamed(String text) {
        int colon = text.indexOf(':');
        return named(colon < 0 ? text : text.substring(0, colon)).isPresent();
    }

    private static Optional<NamedKernel> named(String name) {
        String wanted = name.strip().toLowerCase(Locale.ROOT).replace('_', '-');
        return Arrays.stream(values())
                .filter(kernel -> kernel.toString().equals(wanted))
                .findFirst();
    }

    /** Returns the parameters with their defaults as in the text form; a size without one follows from what it has to hold. */
    public String parameters() {
        return parameters;
    }

    /** Returns what it does, in a few words. */
    public String description() {
        return description;
    }

    /** Returns the name as it is typed, such as {@code sobel-x}. */
    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
}
