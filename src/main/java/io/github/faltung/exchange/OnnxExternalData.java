package io.github.faltung.exchange;

import ai.onnx.proto.OnnxMl.StringStringEntryProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import ai.onnx.proto.OnnxMl.TensorProto.DataLocation;
import com.google.protobuf.ByteString;
import com.google.protobuf.UnsafeByteOperations;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The data of tensors that a model keeps in other files beside it, as PyTorch's exporter does by default. Source: ONNX 1.22, docs/ExternalData.md.
 */
final class OnnxExternalData {
    private final @Nullable Path folder;

    /**
     * Reads what is in a folder.
     *
     * @param folder the model's; {@code null} for a model that is in no file
     */
    OnnxExternalData(@Nullable Path folder) {
        this.folder = folder;
    }

    /** Returns a tensor with its data in itself, the same one if it has it there. */
    TensorProto inline(String place, TensorProto tensor) throws ExchangeException {
        if (tensor.getDataLocation() != DataLocation.EXTERNAL) {
            return tensor;
        }
        if (folder == null) {
            throw new UnsupportedFeatureException(place, "external data of a model that is in no folder");
        }
        Map<String, String> entries = entries(place, tensor);
        Path file = file(place, folder, entries.get("location"));
        try (FileChannel channel = InputFile.open(file)) {
            long size = channel.size();
            long offset = number(place, entries, "offset", size, 0);
            long length = number(place, entries, "length", size - offset, size - offset);
            return tensor.toBuilder()
                    .clearExternalData()
                    .clearDataLocation()
                    .setRawData(bytes(file, channel, offset, length))
                    .build();
        } catch (ExchangeException e) {
            throw e;
        } catch (IOException e) {
            throw new ExchangeException(place, "external data can't be read: " + e, e);
        }
    }

    private static Map<String, String> entries(String place, TensorProto tensor) throws ExchangeException {
        var entries = new HashMap<String, String>();
        for (StringStringEntryProto entry : tensor.getExternalDataList()) {
            if (entries.put(entry.getKey(), entry.getValue()) != null) {
                throw ExchangeException.broken(
                        place, "external_data", "must have each key once", "again '" + entry.getKey() + "'");
            }
        }
        return entries;
    }

    /** A model must not name files elsewhere. Links are followed: caches of models consist of them. */
    private static Path file(String place, Path folder, @Nullable String location) throws ExchangeException {
        String rule = "must be the path of a file beside the model or below";
        if (location == null || location.isEmpty()) {
            throw new ExchangeException(place, "location " + rule + ", but there is none");
        }
        try {
            Path within = Path.of(location);
            if (!within.isAbsolute() && !leadsUp(within)) {
                return folder.resolve(within);
            }
        } catch (InvalidPathException e) {
            throw new ExchangeException(place, "location " + rule + ", but was '" + location + "'", e);
        }
        throw ExchangeException.broken(place, "location", rule, "'" + location + "'");
    }

    private static boolean leadsUp(Path path) {
        for (Path name : path) {
            if (name.toString().equals("..")) {
                return true;
            }
        }
        return false;
    }

    private static long number(String place, Map<String, String> entries, String key, long most, long otherwise)
            throws ExchangeException {
        String text = entries.get(key);
        if (text == null) {
            return otherwise;
        }
        try {
            long number = Long.parseLong(text);
            if (number >= 0 && number <= most) {
                return number;
            }
        } catch (NumberFormatException e) {
            throw new ExchangeException(place, key + " must be a number of bytes, but was '" + text + "'", e);
        }
        throw ExchangeException.broken(place, key, "must be from 0 to " + most + " bytes, where the file ends", text);
    }

    /** Allocates what the file has, not what the model says. */
    private static ByteString bytes(Path file, FileChannel channel, long offset, long length) throws IOException {
        InputFile.requireFitsArray(file, length);
        ByteBuffer bytes = ByteBuffer.allocate((int) length);
        while (bytes.hasRemaining()) {
            if (channel.read(bytes, offset + bytes.position()) < 0) {
                throw new ExchangeException(file.toString(), "has become shorter while it was read");
            }
        }
        return UnsafeByteOperations.unsafeWrap(bytes.flip());
    }
}
