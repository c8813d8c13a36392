package io.github.faltung.exchange;

import ai.onnx.proto.OnnxMl.AttributeProto;
import ai.onnx.proto.OnnxMl.AttributeProto.AttributeType;
import ai.onnx.proto.OnnxMl.NodeProto;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** The attributes of one node by name, each checked for its type and range when it is asked for. */
final class OnnxAttributes {
    private final String place;
    private final Map<String, AttributeProto> attributes = new HashMap<>();

    OnnxAttributes(String place, OnnxKind kind, NodeProto node) throws ExchangeException {
        this.place = place;
        for (AttributeProto attribute : node.getAttributeList()) {
            String name = attribute.getName();
            if (!kind.hasAttribute(name)) {
                throw ExchangeException.broken(
                        place, "attribute", "must be one of " + kind.opType() + "'s", "'" + name + "'");
            }
            if (!attribute.getRefAttrName().isEmpty()) {
                throw ExchangeException.broken(
                        place, name, "must have a value outside of functions", "that of " + attribute.getRefAttrName());
            }
            if (attributes.put(name, attribute) != null) {
                throw ExchangeException.broken(place, name, "must be given once", "given again");
            }
        }
    }

    OnnxWindow window() throws ExchangeException {
        return new OnnxWindow(
                autoPad(),
                ints("kernel_shape", 1),
                ints("strides", 1),
                ints("dilations", 1),
                ints("pads", 0),
                integer("group", 1, Integer.MAX_VALUE, 1),
                ints("output_padding", 0),
                ints("output_shape", 1),
                integer("ceil_mode", 0, 1, 0) == 1,
                integer("count_include_pad", 0, 1, 0) == 1,
                integer("storage_order", 0, 1, 0) == 1,
                integer("offset_group", 1, Integer.MAX_VALUE, 1));
    }

    private OnnxWindow.AutoPad autoPad() throws ExchangeException {
        AttributeProto attribute = attributes.get("auto_pad");
        if (attribute == null) {
            return OnnxWindow.AutoPad.NOTSET;
        }
        requireType(attribute, AttributeType.STRING);
        String text = attribute.getS().toStringUtf8();
        for (OnnxWindow.AutoPad mode : OnnxWindow.AutoPad.values()) {
            if (mode.name().equals(text)) {
                return mode;
            }
        }
        throw ExchangeException.broken(
                place,
                "auto_pad",
                "must be one of " + Arrays.toString(OnnxWindow.AutoPad.values()),
                "'" + (text.length() > 40 ? text.substring(0, 40) + "…" : text) + "'");
    }

    private int integer(String name, int least, int most, int absent) throws ExchangeException {
        AttributeProto attribute = attributes.get(name);
        if (attribute == null) {
            return absent;
        }
        requireType(attribute, AttributeType.INT);
        return inRange(name, attribute.getI(), least, most);
    }

    private List<Integer> ints(String name, int least) throws ExchangeException {
        AttributeProto attribute = attributes.get(name);
        if (attribute == null) {
            return List.of();
        }
        requireType(attribute, AttributeType.INTS);
        var values = new ArrayList<Integer>();
        for (long value : attribute.getIntsList()) {
            values.add(inRange(name, value, least, Integer.MAX_VALUE));
        }
        return values;
    }

    private int inRange(String name, long value, int least, int most) throws ExchangeException {
        if (value < least || value > most) {
            throw ExchangeException.broken(place, name, "must be from " + least + " to " + most, value);
        }
        return (int) value;
    }

    /** Models of IR version 1 don't tell types. */
    private void requireType(AttributeProto attribute, AttributeType type) throws ExchangeException {
        if (attribute.hasType() && attribute.getType() != type) {
            throw ExchangeException.broken(place, attribute.getName(), "must be of type " + type, attribute.getType());
        }
    }
}
