package io.github.faltung;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaModifier;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import io.github.faltung.tensor.Tensor;
import java.io.IOException;
import java.io.InputStream;
import java.lang.reflect.Field;
import java.lang.reflect.Method;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/**
 * GraalVM's metadata of the jar: of the format, about things that exist, and complete where that can be told. The format is that of
 * reachability-metadata-schema-v1.2.0.json in GraalVM's documents, as far as this file uses it; a key that is not known here fails.
 */
class ReachabilityMetadataTest {
    private static final String FILE = "/META-INF/native-image/io.github.faltung/faltung/reachability-metadata.json";
    private static final Set<String> FLAGS =
            Set.of("allDeclaredConstructors", "allDeclaredFields", "allDeclaredMethods", "jniAccessible");
    private static final Set<String> REFLECTION_KEYS = Set.of("condition", "type", "fields", "methods");
    private static final String COMMANDS = "io.github.faltung.cli";

    private static Map<String, Object> metadata;
    private static JavaClasses main;
    private static Path compiled;

    @BeforeAll
    static void read() throws Exception {
        try (InputStream in = ReachabilityMetadataTest.class.getResourceAsStream(FILE);
                JsonParser json = JsonFactory.builder()
                        .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
                        .build()
                        .createParser(in)) {
            json.nextToken();
            metadata = object(value(json));
            assertThat(json.nextToken()).isNull();
        }
        compiled = Path.of(
                Tensor.class.getProtectionDomain().getCodeSource().getLocation().toURI());
        main = new ClassFileImporter().importPath(compiled);
    }

    private static Object value(JsonParser json) throws IOException {
        return switch (json.currentToken()) {
            case START_OBJECT -> {
                var fields = new LinkedHashMap<String, Object>();
                while (json.nextToken() != JsonToken.END_OBJECT) {
                    String name = json.currentName();
                    json.nextToken();
                    fields.put(name, value(json));
                }
                yield fields;
            }
            case START_ARRAY -> {
                var elements = new ArrayList<Object>();
                while (json.nextToken() != JsonToken.END_ARRAY) {
                    elements.add(value(json));
                }
                yield elements;
            }
            case VALUE_STRING -> json.getText();
            case VALUE_TRUE, VALUE_FALSE -> json.getBooleanValue();
            default -> throw new AssertionError("unexpected " + json.currentToken() + " at " + json.currentLocation());
        };
    }

    private static Map<String, Object> object(@Nullable Object value) {
        var fields = new LinkedHashMap<String, Object>();
        if (!(value instanceof Map<?, ?> map)) {
            throw new AssertionError("no object: " + value);
        }
        map.forEach((key, field) -> fields.put(string(key), field));
        return fields;
    }

    private static List<Map<String, Object>> objects(@Nullable Object value) {
        return elements(value).stream().map(ReachabilityMetadataTest::object).toList();
    }

    private static List<?> elements(@Nullable Object value) {
        if (!(value instanceof List<?> list)) {
            throw new AssertionError("no array: " + value);
        }
        return list;
    }

    private static List<String> strings(@Nullable Object value) {
        return elements(value).stream().map(ReachabilityMetadataTest::string).toList();
    }

    private static String string(@Nullable Object value) {
        if (!(value instanceof String text)) {
            throw new AssertionError("no text: " + value);
        }
        return text;
    }

    private static List<Map<String, Object>> reflection() {
        return objects(metadata.get("reflection"));
    }

    private static List<Map<String, Object>> resources() {
        return objects(metadata.get("resources"));
    }

    private static List<Map<String, Object>> members(Map<String, Object> entry, String key) {
        return objects(entry.getOrDefault(key, List.of()));
    }

    @Test
    void metadata_all_isOfTheFormat() {
        assertThat(metadata).containsOnlyKeys("reflection", "resources");
        assertThat(reflection()).isNotEmpty().allSatisfy(entry -> {
            assertThat(entry).containsKeys("condition", "type");
            entry.forEach((key, value) -> {
                if (FLAGS.contains(key)) {
                    assertThat(value).isInstanceOf(Boolean.class);
                } else {
                    assertThat(REFLECTION_KEYS).contains(key);
                }
            });
            members(entry, "fields")
                    .forEach(field ->
                            assertThat(field).containsOnlyKeys("name").hasEntrySatisfying("name", v -> string(v)));
            members(entry, "methods").forEach(method -> assertThat(method).containsOnlyKeys("name", "parameterTypes"));
        });
        assertThat(resources())
                .isNotEmpty()
                .allSatisfy(entry -> assertThat(entry).containsOnlyKeys("condition", "glob"));
        Stream.concat(reflection().stream(), resources().stream())
                .forEach(entry -> assertThat(object(entry.get("condition"))).containsOnlyKeys("typeReached"));
    }

    @Test
    void types_named_exist() {
        for (Map<String, Object> entry : reflection()) {
            if (isOfThisJdk(string(entry.get("type")))) {
                assertMembersExist(entry, type(string(entry.get("type"))));
            }
        }
        Stream.concat(reflection().stream(), resources().stream())
                .map(entry -> string(object(entry.get("condition")).get("typeReached")))
                .forEach(name -> assertThat(type(name)).isNotNull());
    }

    private static boolean isOfThisJdk(String type) {
        return Runtime.version().feature() >= 22 || !type.startsWith("java.lang.foreign.");
    }

    private static Class<?> type(String name) {
        try {
            return Class.forName(name, false, ReachabilityMetadataTest.class.getClassLoader());
        } catch (ClassNotFoundException e) {
            throw new AssertionError("the metadata names a class that there is not", e);
        }
    }

    private static void assertMembersExist(Map<String, Object> entry, Class<?> type) {
        assertThat(Arrays.stream(type.getDeclaredFields()).map(Field::getName).toList())
                .as("fields of %s", type)
                .containsAll(members(entry, "fields").stream()
                        .map(field -> string(field.get("name")))
                        .toList());
        List<String> methods = Arrays.stream(type.getDeclaredMethods())
                .map(ReachabilityMetadataTest::signature)
                .toList();
        for (Map<String, Object> method : members(entry, "methods")) {
            if (!"isVirtual".equals(method.get("name")) || Runtime.version().feature() >= 21) {
                assertThat(methods)
                        .as("methods of %s", type)
                        .contains(method.get("name") + "" + strings(method.get("parameterTypes")));
            }
        }
    }

    private static String signature(Method method) {
        return method.getName()
                + Arrays.stream(method.getParameterTypes()).map(Class::getName).toList();
    }

    @Test
    void resources_named_areThoseOfTheJar() throws IOException {
        var expected = new ArrayList<String>();
        for (String folder : List.of("META-INF/faltung", "io")) {
            try (Stream<Path> files = Files.walk(compiled.resolve(folder))) {
                files.filter(file ->
                                Files.isRegularFile(file) && !file.toString().endsWith(".class"))
                        .map(file -> compiled.relativize(file).toString().replace('\\', '/'))
                        .forEach(expected::add);
            }
        }

        assertThat(resources().stream().map(entry -> entry.get("glob")).toList())
                .containsExactlyInAnyOrderElementsOf(expected);
    }

    /** Picocli makes these and sets their fields. */
    @Test
    void commands_all_areNamedWhole() {
        List<String> named = reflection().stream()
                .filter(entry -> FLAGS.stream()
                        .filter(flag -> !flag.equals("jniAccessible"))
                        .allMatch(flag -> Boolean.TRUE.equals(entry.get(flag))))
                .map(entry -> string(entry.get("type")))
                .toList();

        assertThat(main.stream()
                        .filter(type -> type.getPackageName().equals(COMMANDS) && isMadeByPicocli(type))
                        .map(JavaClass::getName)
                        .toList())
                .hasSizeGreaterThan(15)
                .isSubsetOf(named);
    }

    private static boolean isMadeByPicocli(JavaClass type) {
        boolean annotated = Stream.concat(
                        type.getAnnotations().stream(),
                        type.getMembers().stream().flatMap(member -> member.getAnnotations().stream()))
                .anyMatch(annotation -> annotation.getRawType().getPackageName().startsWith("picocli"));
        boolean plugged = type.getAllRawInterfaces().stream()
                .anyMatch(face -> face.getName().startsWith("picocli.CommandLine$I"));
        boolean candidates = type.getSimpleName().equals("KernelNames");
        return annotated || plugged || candidates;
    }

    /** JNA registers these with the JVM. */
    @Test
    void nativeMethods_all_areNamedForJni() {
        List<String> named = reflection().stream()
                .filter(entry -> Boolean.TRUE.equals(entry.get("jniAccessible")))
                .map(entry -> string(entry.get("type")))
                .toList();

        assertThat(main.stream()
                        .filter(type -> type.getMethods().stream()
                                .anyMatch(method -> method.getModifiers().contains(JavaModifier.NATIVE)))
                        .map(JavaClass::getName)
                        .toList())
                .isNotEmpty()
                .isSubsetOf(named);
    }
}
