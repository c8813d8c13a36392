package io.github.faltung.cli;

import java.lang.module.ModuleDescriptor;
import java.util.Optional;
import picocli.CommandLine.IVersionProvider;

/** The version that the module tells, or on the class path the jar's manifest. */
final class Version implements IVersionProvider {
    @Override
    public String[] getVersion() {
        return new String[] {"faltung " + text()};
    }

    static String text() {
        ModuleDescriptor module = Version.class.getModule().getDescriptor();
        String manifest = Version.class.getPackage().getImplementationVersion();
        return Optional.ofNullable(module)
                .flatMap(ModuleDescriptor::rawVersion)
                .or(() -> Optional.ofNullable(manifest))
                .orElse("(built from source, not from a jar)");
    }
}
