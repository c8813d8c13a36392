package io.github.faltung.convolution;

import io.github.faltung.tensor.Dims;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Reads one problem line; {@link ProblemLine} has the grammar. The rules for what is missing are those of benchdnn's {@code str2desc}
 * and {@code sanitize_desc} (oneDNN 3.11, {@code tests/benchdnn}).
 */
final class ProblemParser {
    private static final Pattern TOKEN = Pattern.compile("--\\S+|[^\\s\"]*\"[^\"]*\"|\\S+");
    private static final Pattern FIELD = Pattern.compile("([a-z]+)(-?[0-9]+)");
    private static final Set<String> FIELDS = Set.of(
            "g", "mb", "ic", "oc", "id", "ih", "iw", "od", "oh", "ow", "kd", "kh", "kw", "sd", "sh", "sw", "pd", "ph",
            "pw", "dd", "dh", "dw");

    private final String line;
    private boolean transposed;
    private final Map<String, Integer> fields = new HashMap<>();
    private String name = "";
    private boolean flipKernel;
    private List<PostOp> postOps = List.of();
    private LayerTypes types = LayerTypes.ALL_F32;
    private Quantization quantization = Quantization.NONE;

    ProblemParser(String line, boolean transposed) {
        this.line = line.strip();
        this.transposed = transposed;
    }

    ProblemLine parse() {
        boolean described = false;
        Matcher tokens = TOKEN.matcher(line);
        while (tokens.find()) {
            String token = tokens.group();
            if (token.equals("conv") || token.equals("deconv")) {
                transposed = token.equals("deconv");
            } else if (token.startsWith("--")) {
                readOption(token);
            } else if (described && token.startsWith("n")) {
                name = unquoted(token.substring(1));
            } else if (described) {
                throw wrong("has a second problem, '" + token + "'");
            } else {
                readFields(token);
                described = true;
            }
        }
        if (!described) {
            throw wrong("has no problem");
        }
        return new ProblemLine(problem(), name);
    }

    private void readOption(String option) {
        if (option.equals("--flip-kernel")) {
            flipKernel = true;
        } else if (option.startsWith("--attr-post-ops=")) {
            postOps = PostOpParser.parse(value(option));
        } else if (option.startsWith("--dt=")) {
            types = LayerTypes.parse(value(option));
        } else if (option.startsWith("--attr-scales=")) {
            quantization = QuantizationParser.withScales(quantization, value(option));
        } else if (option.startsWith("--attr-zero-points=")) {
            quantization = QuantizationParser.withZeroPoints(quantization, value(option));
        } else {
            throw wrong("has the unknown option '" + option + "'");
        }
    }

    private static String value(String option) {
        return option.substring(option.indexOf('=') + 1);
    }

    private void readFields(String token) {
        int at = 0;
        Matcher field = FIELD.matcher(token);
        while (at < token.length()) {
            if (token.charAt(at) == '_') {
                at++;
            } else if (token.charAt(at) == 'n') {
                name = unquoted(token.substring(at + 1));
                return;
            } else if (field.find(at) && field.start() == at && FIELDS.contains(field.group(1))) {
                fields.put(field.group(1), number(field.group(1), field.group(2)));
                at = field.end();
            } else {
                throw wrong("is not understood from '" + token.substring(at) + "' on");
            }
        }
    }

    private int number(String field, String digits) {
        try {
            int value = Integer.parseInt(digits);
            if (value >= 0) {
                return value;
            }
        } catch (NumberFormatException e) {
            // too large: said below, together with what is negative
        }
        throw wrong("must have numbers from 0 to 2^31 - 1, but " + field + " was " + digits);
    }

    private static String unquoted(String text) {
        boolean quoted = text.length() >= 2 && text.startsWith("\"") && text.endsWith("\"");
        return quoted ? text.substring(1, text.length() - 1) : text;
    }

    private IllegalArgumentException wrong(String what) {
        return new IllegalArgumentException("problem line " + what + ": " + line);
    }

    /** The fields of one axis; what is missing is 0, a missing padding −1. */
    private record Axis(long src, long dst, int kernel, int stride, long padding, int dilates) {
        boolean isAbsent() {
            return src == 0 && dst == 0 && kernel == 0 && stride == 1 && padding < 1 && dilates == 0;
        }

        long extent() {
            return Geometry.extent(kernel, dilates + 1);
        }
    }

    private Axis axis(char letter) {
        return new Axis(
                fields.getOrDefault("i" + letter, 0),
                fields.getOrDefault("o" + letter, 0),
                fields.getOrDefault("k" + letter, 0),
                fields.getOrDefault("s" + letter, 1),
                fields.getOrDefault("p" + letter, -1),
                fields.getOrDefault("d" + letter, 0));
    }

    private List<Axis> axes() {
        Axis d = axis('d');
        Axis h = axis('h');
        Axis w = axis('w');
        if (!d.isAbsent()) {
            if (h.isAbsent() != w.isAbsent()) {
                throw wrong("must give both of h and w beside d, or neither");
            }
            return h.isAbsent() ? List.of(d, d, d) : List.of(d, h, w);
        }
        if (!h.isAbsent()) {
            return List.of(h, w.isAbsent() ? h : w);
        }
        if (w.isAbsent()) {
            throw wrong("must have a spatial axis");
        }
        return List.of(w);
    }

    private ConvolutionProblem problem() {
        List<Axis> axes = axes();
        requirePositive("mb", fields.getOrDefault("mb", 2));
        var src = new ArrayList<Long>(List.of((long) fields.getOrDefault("mb", 2), (long) required("ic")));
        var before = new ArrayList<Integer>();
        var after = new ArrayList<Integer>();
        var outputPadding = new ArrayList<Integer>();
        for (Axis axis : axes) {
            requirePositive("i", axis.src());
            requirePositive("k", axis.kernel());
            requirePositive("s", axis.stride());
            if (axis.dilates() == Integer.MAX_VALUE) {
                throw wrong("must have a d of less than 2^31 - 1");
            }
            long left = axis.padding() >= 0 ? axis.padding() : axis.dst() == 0 ? 0 : defaultPadding(axis);
            long right = axis.dst() == 0 ? left : impliedPadding(axis, axis.dst(), left);
            before.add(toInt(left));
            after.add(toInt(Math.max(0, right)));
            outputPadding.add(transposed ? toInt(Math.max(0, -right)) : 0);
            src.add(axis.src());
        }
        var descriptor = new ConvolutionDescriptor(
                required("ic"),
                required("oc"),
                fields.getOrDefault("g", 1),
                axes.stream().map(Axis::kernel).toList(),
                axes.stream().map(Axis::stride).toList(),
                axes.stream().map(axis -> axis.dilates() + 1).toList(),
                new Padding.Explicit(before, after),
                transposed,
                outputPadding,
                List.of(),
                flipKernel,
                postOps,
                types,
                quantization);
        var problem = new ConvolutionProblem(
                descriptor, Dims.of(src.stream().mapToLong(Long::longValue).toArray()));
        for (int i = 0; i < axes.size(); i++) {
            long wanted = axes.get(i).dst();
            if (wanted != 0 && wanted != problem.axis(i).dst()) {
                throw wrong("must not leave out windows that fit: its output has "
                        + problem.axis(i).dst() + " elements on spatial axis " + i + ", not " + wanted);
            }
        }
        return problem;
    }

    private int required(String field) {
        requirePositive(field, fields.getOrDefault(field, 0));
        return fields.getOrDefault(field, 0);
    }

    private void requirePositive(String field, long value) {
        if (value < 1) {
            throw wrong("must give a positive " + field);
        }
    }

    private int toInt(long padding) {
        if (padding < 0 || padding > Integer.MAX_VALUE) {
            throw wrong("must imply a padding from 0 to 2^31 - 1, but implies " + padding);
        }
        return (int) padding;
    }

    private long defaultPadding(Axis axis) {
        return Math.max(0, impliedPadding(axis, axis.dst(), 0)) / 2;
    }

    /** The padding after, where the output has {@code dst} elements and the padding before is {@code left}. */
    private long impliedPadding(Axis axis, long dst, long left) {
        return transposed
                ? (axis.src() - 1) * axis.stride() + axis.extent() - dst - left
                : (dst - 1) * axis.stride() + axis.extent() - axis.src() - left;
    }
}
