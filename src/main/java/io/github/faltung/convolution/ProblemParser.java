package io.github.faltung.convolution;

import io.github.faltung.tensor.Dims;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Reads one problem line; {@link ProblemLine} has the grammar. The rules for what is missing are those of benchdnn's {@code str2desc}
 * and {@code sanitize_desc} (oneDNN 3.11, {@code tests/benchdnn}).
 */
final class ProblemParser {
    /** Where a line says none. */
    static final int BENCHDNN_MINIBATCH = 2;

    private static final Pattern TOKEN = Pattern.compile("--\\S+|[^\\s\"]*\"[^\"]*\"|\\S+");
    private static final Pattern FIELD = Pattern.compile("([a-z]+)(-?[0-9]+)");
    private static final Set<String> FIELDS = Set.of(
            "g", "mb", "ic", "oc", "id", "ih", "iw", "od", "oh", "ow", "kd", "kh", "kw", "sd", "sh", "sw", "pd", "ph",
            "pw", "dd", "dh", "dw");

    private final String line;
    private ProblemKind kind;
    private final PoolingLine pooling;
    private final int minibatch;
    private final Map<String, Integer> fields = new HashMap<>();
    private String name = "";
    private boolean flipKernel;
    private List<PostOp> postOps = List.of();
    private LayerTypes types = LayerTypes.ALL_F32;
    private Quantization quantization = Quantization.NONE;
    private Precision precision = Precision.STRICT;

    ProblemParser(String line, ProblemKind kind, PoolingAlgorithm algorithm, int minibatch) {
        this.line = line.strip();
        this.kind = kind;
        this.pooling = new PoolingLine(algorithm);
        this.minibatch = minibatch;
    }

    ProblemLine parse() {
        boolean described = false;
        Matcher tokens = TOKEN.matcher(line);
        while (tokens.find()) {
            String token = tokens.group();
            if (!described && isKind(token)) {
                kind = ProblemKind.valueOf(token.toUpperCase(Locale.ROOT));
            } else if (token.startsWith("--")) {
                readOption(token);
            } else if (described && token.startsWith("n")) {
                name = unquoted(token.substring(1));
            } else if (described) {
                throw wrong("has a second problem, '" + token + "'");
            } else if (kind != ProblemKind.POOL || !pooling.readKind(token)) {
                readFields(token);
                described = true;
            }
        }
        if (!described) {
            throw wrong("has no problem");
        }
        return new ProblemLine(checked(kind == ProblemKind.POOL ? pooling() : convolution()), name);
    }

    private static boolean isKind(String token) {
        return Arrays.stream(ProblemKind.values())
                .anyMatch(kind -> kind.toString().equals(token));
    }

    private void readOption(String option) {
        if (kind == ProblemKind.POOL) {
            if (!pooling.readOption(option)) {
                throw wrong("has the unknown option '" + option + "'");
            }
        } else if (option.equals("--flip-kernel")) {
            flipKernel = true;
        } else if (option.startsWith("--attr-post-ops=")) {
            postOps = PostOpParser.parse(value(option));
        } else if (option.startsWith("--dt=")) {
            types = LayerTypes.parse(value(option));
        } else if (option.startsWith("--attr-fpmath=")) {
            precision = Precision.parse(value(option));
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

    private LineAxis axis(char letter) {
        return new LineAxis(
                fields.getOrDefault("i" + letter, 0),
                fields.getOrDefault("o" + letter, 0),
                fields.getOrDefault("k" + letter, 0),
                fields.getOrDefault("s" + letter, 1),
                fields.getOrDefault("p" + letter, -1),
                fields.getOrDefault("d" + letter, 0));
    }

    private List<LineAxis> axes() {
        LineAxis d = axis('d');
        LineAxis h = axis('h');
        LineAxis w = axis('w');
        if (!d.isAbsent()) {
            if (h.isLike(d) != w.isLike(d)) {
                throw wrong("must give both of h and w beside d, or neither");
            }
            return h.isLike(d) ? List.of(d, d, d) : List.of(d, h, w);
        }
        if (!h.isAbsent()) {
            return List.of(h, w.isLike(h) ? h : w);
        }
        if (w.isAbsent()) {
            throw wrong("must have a spatial axis");
        }
        return List.of(w);
    }

    private ConvolutionProblem convolution() {
        boolean transposed = kind == ProblemKind.DECONV;
        List<LineAxis> axes = completeAxes();
        var src = new ArrayList<Long>(List.of((long) fields.getOrDefault("mb", minibatch), (long) required("ic")));
        var before = new ArrayList<Integer>();
        var after = new ArrayList<Integer>();
        var outputPadding = new ArrayList<Integer>();
        for (LineAxis axis : axes) {
            long right = axis.paddingAfter(transposed);
            before.add(toInt(axis.paddingBefore(transposed)));
            after.add(toInt(Math.max(0, right)));
            outputPadding.add(transposed ? toInt(Math.max(0, -right)) : 0);
            src.add(axis.src());
        }
        var descriptor = new ConvolutionDescriptor(
                required("ic"),
                required("oc"),
                fields.getOrDefault("g", 1),
                axes.stream().map(LineAxis::kernel).toList(),
                axes.stream().map(LineAxis::stride).toList(),
                axes.stream().map(axis -> axis.dilates() + 1).toList(),
                new Padding.Explicit(before, after),
                transposed,
                outputPadding,
                List.of(),
                flipKernel,
                postOps,
                types,
                quantization,
                precision);
        return new ConvolutionProblem(
                descriptor, Dims.of(src.stream().mapToLong(Long::longValue).toArray()));
    }

    private PoolingProblem pooling() {
        for (String field : List.of("g", "oc")) {
            if (fields.containsKey(field)) {
                throw wrong("must give no " + field + ", since it is one of a pooling");
            }
        }
        List<LineAxis> axes = completeAxes();
        return pooling.problem(fields.getOrDefault("mb", minibatch), required("ic"), axes);
    }

    private List<LineAxis> completeAxes() {
        List<LineAxis> axes = axes();
        requirePositive("mb", fields.getOrDefault("mb", minibatch));
        for (LineAxis axis : axes) {
            requirePositive("i", axis.src());
            requirePositive("k", axis.kernel());
            requirePositive("s", axis.stride());
            if (axis.dilates() == Integer.MAX_VALUE) {
                throw wrong("must have a d of less than 2^31 - 1");
            }
        }
        return axes;
    }

    /** A problem whose output is not what the line says has windows that the line leaves out. */
    private Problem checked(Problem problem) {
        List<LineAxis> axes = axes();
        for (int i = 0; i < axes.size(); i++) {
            long wanted = axes.get(i).dst();
            long fit = problem.dstDims().get(2 + i);
            if (wanted != 0 && wanted != fit) {
                throw wrong("must not leave out windows that fit: its output has " + fit + " elements on spatial axis "
                        + i + ", not " + wanted);
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
}
