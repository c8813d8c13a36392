package io.github.faltung.exchange;

import com.fasterxml.jackson.core.JacksonException;
import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonLocation;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadFeature;
import io.github.faltung.convolution.ConvolutionDescriptor;
import io.github.faltung.convolution.LayerTypes;
import io.github.faltung.convolution.Padding;
import io.github.faltung.convolution.PostOp;
import io.github.faltung.convolution.Precision;
import io.github.faltung.convolution.Quantization;
import java.io.CharConversionException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/**
 * A layer as a JSON object: the fields of {@link ConvolutionDescriptor}, of which {@code inputChannels}, {@code outputChannels} and {@code
 * kernel} are required and the others have the usual defaults.
 *
 * <pre>{@code
 * {"inputChannels": 3, "outputChannels": 8, "kernel": [3, 3], "strides": 2, "padding": "SAME_UPPER", "postOps": ["relu"]}
 * }</pre>
 *
 * {@code kernel}: a number for each spatial axis, so one number is a 1-D layer's. {@code strides}, {@code dilation}, {@code outputPadding}: a number for each spatial axis or one for all. {@code padding}: the name of a
 * {@link Padding.Mode}, the numbers before and after alike, or {@code {"begin": …, "end": …}}. {@code postOps}: each as problem lines have
 * it, such as {@code "relu:0.1"}. {@code types}: as in {@link LayerTypes}, such as {@code "bf16"} or {@code "u8:s8:u8"}. {@code precision}: as in {@link Precision}, such as {@code "bf16"}. {@code quantization}, of
 * 8-bit types: an object of {@code srcScale}, {@code srcZeroPoint}, {@code weightsScales}, {@code weightsZeroPoints}, {@code dstScale} and
 * {@code dstZeroPoint}, each optional; those of the weights one for all or one per output channel. See {@link Quantization}.
 */
public final class LayerFile {
    private static final JsonFactory JSON = JsonFactory.builder()
            .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
            .build();

    private final String place;
    private final JsonParser json;
    private int inputChannels;
    private int outputChannels;
    private int groups = 1;
    private List<Integer> kernel = List.of();
    private List<Integer> strides = List.of(1);
    private List<Integer> dilation = List.of(1);
    private Padding padding = Padding.valid();
    private boolean transposed;
    private List<Integer> outputPadding = List.of(0);
    private List<Integer> outputSize = List.of();
    private boolean flipKernel;
    private List<PostOp> postOps = List.of();
    private LayerTypes types = LayerTypes.ALL_F32;
    private Quantization quantization = Quantization.NONE;
    private Precision precision = Precision.STRICT;

    private LayerFile(String place, JsonParser json) {
        this.place = place;
        this.json = json;
    }

    /**
     * Reads a file.
     *
     * @throws ExchangeException if it is not of that form, or the layer breaks a rule
     * @throws IOException if the file can't be read
     */
    public static ConvolutionDescriptor read(Path file) throws IOException {
        String place = file.toString();
        try (JsonParser json = JSON.createParser(InputFile.bytes(file))) {
            return new LayerFile(place, json).layer();
        } catch (JacksonException e) {
            JsonLocation where = e.getLocation(); // null of a limit, such as that of a number's length
            throw new ExchangeException(
                    place,
                    "must be JSON: " + e.getOriginalMessage() + (where == null ? "" : " at line " + where.getLineNr()),
                    e);
        } catch (CharConversionException e) {
            throw new ExchangeException(place, "must be text in UTF-8: " + e.getMessage(), e);
        } catch (IllegalArgumentException e) {
            throw new ExchangeException(place, String.valueOf(e.getMessage()), e);
        }
    }

    private ConvolutionDescriptor layer() throws IOException {
        if (json.nextToken() != JsonToken.START_OBJECT) {
            throw new ExchangeException(place, "must be a JSON object with the fields of a layer");
        }
        while (json.nextToken() != JsonToken.END_OBJECT) {
            String field = json.currentName();
            json.nextToken();
            read(field);
        }
        if (json.nextToken() != null) {
            throw new ExchangeException(place, "must be one JSON object, but goes on after it");
        }
        return new ConvolutionDescriptor(
                inputChannels,
                outputChannels,
                groups,
                kernel,
                perAxis(strides),
                perAxis(dilation),
                padding,
                transposed,
                perAxis(outputPadding),
                outputSize,
                flipKernel,
                postOps,
                types,
                quantization,
                precision);
    }

    private void read(String field) throws IOException {
        switch (field) {
            case "inputChannels" -> inputChannels = integer(field);
            case "outputChannels" -> outputChannels = integer(field);
            case "groups" -> groups = integer(field);
            case "kernel" -> kernel = integers(field);
            case "strides" -> strides = integers(field);
            case "dilation" -> dilation = integers(field);
            case "padding" -> padding = padding();
            case "transposed" -> transposed = bool(field);
            case "outputPadding" -> outputPadding = integers(field);
            case "outputSize" -> outputSize = integers(field);
            case "flipKernel" -> flipKernel = bool(field);
            case "postOps" -> postOps = postOps();
            case "types" -> types = types();
            case "precision" -> precision = precision();
            case "quantization" -> quantization = quantization();
            default -> throw ExchangeException.broken(place, "field", "must be one of a layer's", "'" + field + "'");
        }
    }

    private List<Integer> perAxis(List<Integer> values) {
        return values.size() == 1 ? Collections.nCopies(kernel.size(), values.get(0)) : values;
    }

    private int integer(String field) throws IOException {
        if (json.currentToken() != JsonToken.VALUE_NUMBER_INT) {
            throw wrong(field, "must be a whole number");
        }
        return json.getIntValue();
    }

    private boolean bool(String field) throws IOException {
        if (!json.currentToken().isBoolean()) {
            throw wrong(field, "must be true or false");
        }
        return json.getBooleanValue();
    }

    private List<Integer> integers(String field) throws IOException {
        if (json.currentToken() != JsonToken.START_ARRAY) {
            return List.of(integer(field));
        }
        var values = new ArrayList<Integer>();
        while (json.nextToken() != JsonToken.END_ARRAY) {
            values.add(integer(field));
        }
        return values;
    }

    private Padding padding() throws IOException {
        if (json.currentToken() == JsonToken.VALUE_STRING) {
            for (Padding.Mode mode : Padding.Mode.values()) {
                if (mode.name().equals(json.getText())) {
                    return mode;
                }
            }
            throw wrong("padding", "must be numbers or one of " + List.of(Padding.Mode.values()));
        }
        if (json.currentToken() != JsonToken.START_OBJECT) {
            List<Integer> both = integers("padding");
            return Padding.explicit(both, both);
        }
        List<Integer> begin = List.of(0);
        List<Integer> end = List.of(0);
        while (json.nextToken() != JsonToken.END_OBJECT) {
            String side = json.currentName();
            json.nextToken();
            switch (side) {
                case "begin" -> begin = integers("padding begin");
                case "end" -> end = integers("padding end");
                default -> throw ExchangeException.broken(place, "padding", "has begin and end", "'" + side + "'");
            }
        }
        return Padding.explicit(begin, end);
    }

    private List<PostOp> postOps() throws IOException {
        if (json.currentToken() != JsonToken.START_ARRAY) {
            throw wrong("postOps", "must be an array of strings");
        }
        var chain = new ArrayList<String>();
        while (json.nextToken() != JsonToken.END_ARRAY) {
            String postOp = json.currentToken() == JsonToken.VALUE_STRING ? json.getText() : "";
            if (postOp.isBlank() || postOp.chars().anyMatch(c -> Character.isWhitespace(c) || c == '+')) {
                throw wrong("postOps", "must be strings such as relu:0.1");
            }
            chain.add(postOp);
        }
        return chain.isEmpty() ? List.of() : PostOp.parse(String.join("+", chain));
    }

    private LayerTypes types() throws IOException {
        if (json.currentToken() != JsonToken.VALUE_STRING) {
            throw wrong("types", "must be a string such as u8:s8:f32");
        }
        return LayerTypes.parse(json.getText());
    }

    private Precision precision() throws IOException {
        if (json.currentToken() != JsonToken.VALUE_STRING) {
            throw wrong("precision", "must be a string such as bf16");
        }
        return Precision.parse(json.getText());
    }

    private Quantization quantization() throws IOException {
        if (json.currentToken() != JsonToken.START_OBJECT) {
            throw wrong("quantization", "must be an object of scales and zero points");
        }
        Quantization read = Quantization.NONE;
        while (json.nextToken() != JsonToken.END_OBJECT) {
            String field = json.currentName();
            json.nextToken();
            read = switch (field) {
                case "srcScale" -> read.withSrc(scale(field), read.srcZeroPoint());
                case "srcZeroPoint" -> read.withSrc(read.srcScale(), integer(field));
                case "weightsScales" -> read.withWeights(scales(field), read.weightsZeroPoints());
                case "weightsZeroPoints" -> read.withWeights(read.weightsScales(), integers(field));
                case "dstScale" -> read.withDst(scale(field), read.dstZeroPoint());
                case "dstZeroPoint" -> read.withDst(read.dstScale(), integer(field));
                default ->
                    throw ExchangeException.broken(
                            place, "quantization", "has scales and zero points", "'" + field + "'");
            };
        }
        return read;
    }

    private float scale(String field) throws IOException {
        if (!json.currentToken().isNumeric()) {
            throw wrong(field, "must be a number");
        }
        return json.getFloatValue();
    }

    private List<Float> scales(String field) throws IOException {
        if (json.currentToken() != JsonToken.START_ARRAY) {
            return List.of(scale(field));
        }
        var values = new ArrayList<Float>();
        while (json.nextToken() != JsonToken.END_ARRAY) {
            values.add(scale(field));
        }
        return values;
    }

    private ExchangeException wrong(String field, String rule) throws IOException {
        return ExchangeException.broken(place, field, rule, "'" + json.getText() + "'");
    }
}
