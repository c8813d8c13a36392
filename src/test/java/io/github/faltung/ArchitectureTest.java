package io.github.faltung;

import static com.tngtech.archunit.lang.conditions.ArchConditions.onlyDependOnClassesThat;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaCodeUnit;
import com.tngtech.archunit.core.domain.JavaField;
import com.tngtech.archunit.core.domain.JavaModifier;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.lang.ArchCondition;
import com.tngtech.archunit.lang.ConditionEvents;
import com.tngtech.archunit.lang.SimpleConditionEvent;
import io.github.faltung.tensor.Tensor;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Who may import whom: the table of packages, and what follows from it. Holds for packages that do not exist yet. */
class ArchitectureTest {
    private static final String ROOT = "io.github.faltung";

    /** For each package, what it may import besides itself and the JDK; a package of ours by its short name. */
    private static final Map<String, List<String>> MAY_IMPORT = Map.ofEntries(
            Map.entry("tensor", List.of()),
            Map.entry("convolution", List.of("tensor")),
            Map.entry("reference", List.of("convolution", "tensor")),
            Map.entry("onednn", List.of("convolution", "tensor", "org.bytedeco..", "com.sun.jna..")),
            Map.entry("planning", List.of("convolution", "tensor")),
            Map.entry("checking", List.of("convolution", "tensor")),
            // A drop-in's constructors take no engine: it opens one itself.
            Map.entry("image", List.of("convolution", "tensor", "")),
            Map.entry(
                    "exchange",
                    List.of(
                            "convolution",
                            "tensor",
                            "com.google.protobuf..",
                            "ai.onnx.proto..",
                            "com.fasterxml.jackson.core..")),
            // The entry point puts the engines together.
            Map.entry("", List.of("convolution", "tensor", "onednn", "planning", "reference")),
            // Records are pictures or arrays; the engine is opened with threads and wisdom, which are the options of
            // the two engines that
            // the entry point puts together.
            Map.entry(
                    "spark",
                    List.of(
                            "convolution",
                            "tensor",
                            "exchange",
                            "image",
                            "onednn",
                            "planning",
                            "",
                            "org.apache.spark..",
                            "scala..")),
            Map.entry(
                    "cli",
                    List.of(
                            "tensor",
                            "convolution",
                            "reference",
                            "onednn",
                            "planning",
                            "checking",
                            "image",
                            "exchange",
                            "spark",
                            "",
                            "picocli..")));

    /** In packages of which only the engine is public: its name, and those of its exceptions and options and what these hold. */
    private static final Map<String, Set<String>> PUBLIC = Map.of(
            "reference", Set.of("ReferenceEngine"),
            "onednn",
                    Set.of(
                            "OneDnnEngine",
                            "OneDnnOptions",
                            "OneDnnInfo",
                            "OneDnnException",
                            "OneDnnStatus",
                            "NativeLoadException"),
            "planning", Set.of("PlanningEngine", "PlanningOptions", "SeparableKernel", "Way", "Wisdom"));

    private static JavaClasses all;

    @BeforeAll
    static void importMainClasses() throws Exception {
        // By where a main class lies, not by a folder's name: the build directory has several.
        Path main = Path.of(
                Tensor.class.getProtectionDomain().getCodeSource().getLocation().toURI());
        all = new ClassFileImporter().importPath(main);
        assertThat(all.size()).isGreaterThan(30);
    }

    private static String pattern(String packageOrName) {
        return packageOrName.contains("..") ? packageOrName : fullName(packageOrName);
    }

    private static String fullName(String shortName) {
        return shortName.isEmpty() ? ROOT : ROOT + "." + shortName;
    }

    static Stream<String> packages() {
        return new TreeSet<>(MAY_IMPORT.keySet()).stream();
    }

    @Test
    void packages_all_haveARowInTheTable() {
        assertThat(all.stream().map(JavaClass::getPackageName).distinct().toList())
                .isSubsetOf(packages().map(ArchitectureTest::fullName).toList());
    }

    @ParameterizedTest
    @MethodSource("packages")
    void imports_ofPackage_areOnlyThoseOfItsRow(String name) {
        List<String> allowed = new ArrayList<>(
                List.of("java..", "javax..", "com.sun.management..", "org.jspecify.annotations..", fullName(name)));
        MAY_IMPORT.getOrDefault(name, List.of()).forEach(other -> allowed.add(pattern(other)));
        classes()
                .that()
                .resideInAPackage(fullName(name))
                .should(onlyDependOnClassesThat(JavaClass.Predicates.resideInAnyPackage(allowed.toArray(String[]::new))
                        .or(primitives())))
                .allowEmptyShould(true)
                .check(all);
    }

    private static DescribedPredicate<JavaClass> primitives() {
        return DescribedPredicate.describe(
                "primitives and arrays of them",
                type -> type.getBaseComponentType().isPrimitive());
    }

    @Test
    void imports_ofNatives_areInOneDnnOnly() {
        noClasses()
                .that()
                .resideOutsideOfPackage(ROOT + ".onednn")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage("org.bytedeco..", "com.sun.jna..")
                .check(all);
    }

    @Test
    void packages_all_areFreeOfCycles() {
        slices().matching(ROOT + ".(*)").should().beFreeOfCycles().check(all);
    }

    @Test
    void publicSignatures_all_nameNoNativeType() {
        classes().that(areVisible()).should(nameNoNativeType()).check(all);
    }

    private static DescribedPredicate<JavaClass> areVisible() {
        return DescribedPredicate.describe("are visible outside", type -> {
            boolean visible = type.getModifiers().contains(JavaModifier.PUBLIC);
            for (var outer = type.getEnclosingClass();
                    outer.isPresent();
                    outer = outer.get().getEnclosingClass()) {
                visible &= outer.get().getModifiers().contains(JavaModifier.PUBLIC);
            }
            return visible;
        });
    }

    private static ArchCondition<JavaClass> nameNoNativeType() {
        return new ArchCondition<>("name no native type in what callers or subclasses see") {
            @Override
            public void check(JavaClass type, ConditionEvents events) {
                List<JavaClass> supertypes = new ArrayList<>(type.getAllRawSuperclasses());
                supertypes.addAll(type.getAllRawInterfaces());
                report(type, supertypes, "a supertype", events);
                for (JavaField field : type.getFields()) {
                    if (isVisible(field.getModifiers())) {
                        report(type, field.getAllInvolvedRawTypes(), field.getFullName(), events);
                    }
                }
                for (JavaCodeUnit unit : type.getCodeUnits()) {
                    if (isVisible(unit.getModifiers())) {
                        report(type, unit.getAllInvolvedRawTypes(), unit.getFullName(), events);
                        report(type, unit.getExceptionTypes(), unit.getFullName(), events);
                    }
                }
            }
        };
    }

    private static boolean isVisible(Set<JavaModifier> modifiers) {
        return modifiers.contains(JavaModifier.PUBLIC) || modifiers.contains(JavaModifier.PROTECTED);
    }

    private static void report(JavaClass in, Iterable<JavaClass> types, String where, ConditionEvents events) {
        for (JavaClass type : types) {
            if (type.getPackageName().startsWith("org.bytedeco")) {
                events.add(SimpleConditionEvent.violated(in, where + " names " + type.getName()));
            }
        }
    }

    @Test
    void enginePackages_all_showOnlyTheEngineAndItsOptionsAndExceptions() {
        PUBLIC.forEach((name, allowed) -> assertThat(all.stream()
                        .filter(type -> type.getPackageName().equals(fullName(name)))
                        .filter(type ->
                                type.isTopLevelClass() && type.getModifiers().contains(JavaModifier.PUBLIC))
                        .map(JavaClass::getSimpleName)
                        .toList())
                .as("public classes of %s", name)
                .isSubsetOf(allowed));
    }
}
