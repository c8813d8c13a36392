package io.github.faltung.exchange;

import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Reads the text of an {@code .npy} header: the Python dictionary {@code {'descr': '<f4', 'fortran_order': False, 'shape': (2, 3), }},
 * keys in any order, and nothing else.
 */
final class NpyText {
    private final String place;
    private final String text;
    private int at;
    private @Nullable String descr;
    private @Nullable Boolean fortranOrder;
    private @Nullable List<Long> shape;

    NpyText(String place, String text) {
        this.place = place;
        this.text = text;
    }

    NpyHeader header(long dataOffset) throws ExchangeException {
        expect('{');
        while (!accept('}')) {
            entry();
            if (!accept(',')) {
                expect('}');
                break;
            }
        }
        skipSpace();
        if (at < text.length()) {
            throw wrong("must end with its dictionary");
        }
        String type = required("descr", descr);
        return new NpyHeader(
                type(type), order(type), required("fortran_order", fortranOrder), required("shape", shape), dataOffset);
    }

    private void entry() throws ExchangeException {
        String key = string();
        expect(':');
        switch (key) {
            case "descr" -> {
                once(key, descr);
                if (peek() == '[') {
                    throw new UnsupportedFeatureException(place, ".npy with a structured type: " + text.strip());
                }
                descr = string();
            }
            case "fortran_order" -> {
                once(key, fortranOrder);
                fortranOrder = bool();
            }
            case "shape" -> {
                once(key, shape);
                shape = tuple();
            }
            default -> throw wrong("must have the keys descr, fortran_order and shape, but has '" + key + "'");
        }
    }

    private void once(String key, @Nullable Object value) throws ExchangeException {
        if (value != null) {
            throw wrong("must have one " + key);
        }
    }

    private <T> T required(String key, @Nullable T value) throws ExchangeException {
        if (value == null) {
            throw wrong("must have the key " + key);
        }
        return value;
    }

    private NpyType type(String type) throws ExchangeException {
        String code = type.isEmpty() || "<>|=".indexOf(type.charAt(0)) < 0 ? type : type.substring(1);
        return NpyType.of(code)
                .orElseThrow(() -> new UnsupportedFeatureException(
                        place,
                        ".npy with descr '" + type + "'; known types are " + NpyType.all()
                                + "; NumPy has no bf16, save array.astype('<f4')"));
    }

    private static ByteOrder order(String type) {
        return switch (type.charAt(0)) {
            case '<' -> ByteOrder.LITTLE_ENDIAN;
            case '>' -> ByteOrder.BIG_ENDIAN;
            default -> ByteOrder.nativeOrder();
        };
    }

    private List<Long> tuple() throws ExchangeException {
        var values = new ArrayList<Long>();
        expect('(');
        while (!accept(')')) {
            values.add(integer());
            if (!accept(',')) {
                expect(')');
                break;
            }
        }
        return values;
    }

    private long integer() throws ExchangeException {
        skipSpace();
        int begin = at;
        while (at < text.length() && Character.digit(text.charAt(at), 10) >= 0) {
            at++;
        }
        String digits = text.substring(begin, at);
        // Python 2 wrote long integers with an L.
        if (at < text.length() && text.charAt(at) == 'L') {
            at++;
        }
        try {
            return Long.parseLong(digits);
        } catch (NumberFormatException e) {
            throw new ExchangeException(
                    place, "shape must have extents from 0 to 2^63 - 1, but was '" + text.strip() + "'", e);
        }
    }

    private boolean bool() throws ExchangeException {
        skipSpace();
        for (String word : List.of("True", "False")) {
            if (text.startsWith(word, at)) {
                at += word.length();
                return word.equals("True");
            }
        }
        throw wrong("must say True or False of fortran_order");
    }

    private String string() throws ExchangeException {
        char quote = peek();
        int end = quote == '\'' || quote == '"' ? text.indexOf(quote, at + 1) : -1;
        if (end < 0) {
            throw wrong("must have a quoted string at character " + at);
        }
        String value = text.substring(at + 1, end);
        at = end + 1;
        return value;
    }

    private void expect(char c) throws ExchangeException {
        if (!accept(c)) {
            throw wrong("must have '" + c + "' at character " + at);
        }
    }

    private boolean accept(char c) {
        boolean there = peek() == c;
        at += there ? 1 : 0;
        return there;
    }

    /** The next character that is no space; 0 at the end. */
    private char peek() {
        skipSpace();
        return at < text.length() ? text.charAt(at) : 0;
    }

    private void skipSpace() {
        while (at < text.length() && " \n\t\r".indexOf(text.charAt(at)) >= 0) {
            at++;
        }
    }

    private ExchangeException wrong(String rule) {
        String shown = text.length() > 200 ? text.substring(0, 200) + "…" : text;
        return ExchangeException.broken(place, "header", rule, "'" + shown.strip() + "'");
    }
}
