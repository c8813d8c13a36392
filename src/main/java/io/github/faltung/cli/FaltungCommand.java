package io.github.faltung.cli;

import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.util.List;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParseResult;
import picocli.CommandLine.Spec;

/** The command {@code faltung}: its subcommands do the work. */
@Command(
        name = "faltung",
        mixinStandardHelpOptions = true,
        versionProvider = Version.class,
        subcommands = {
            DemoCommand.class,
            VerifyCommand.class,
            RunCommand.class,
            FilterCommand.class,
            InfoCommand.class,
            MatrixCommand.class,
            PlanCommand.class,
            DrawCommand.class,
            FeatureMapsCommand.class,
            ReceptiveFieldCommand.class
        },
        description = "Convolutions at the hardware's speed from plain Java, proved against a pure-Java reference.",
        footer =
                "Each command has --help. Exits with 0 if all went well, 1 on failure, 2 if the command line is wrong.")
public final class FaltungCommand implements Runnable {
    private static final String VERBOSE = "--verbose";

    @Spec
    private CommandSpec spec = CommandSpec.create();

    /** Runs the command line and exits with its code. */
    public static void main(String... args) {
        // Pictures are drawn in memory; with a display Java would look for it, and fail where it can't be reached.
        if (System.getProperty("java.awt.headless") == null) {
            System.setProperty("java.awt.headless", "true");
        }
        int code = commandLine().execute(args);
        if (code != 0) {
            System.exit(code);
        }
    }

    /** Returns the command line, ready to be executed. */
    static CommandLine commandLine() {
        var all = new CommandLine(new FaltungCommand());
        all.getSubcommands().values().forEach(FaltungCommand::addVerbose);
        return all.setCaseInsensitiveEnumValuesAllowed(true)
                .setExecutionStrategy(FaltungCommand::execute)
                .setParameterExceptionHandler(FaltungCommand::refuse)
                .setExecutionExceptionHandler(FaltungCommand::fail);
    }

    /** Gives a command the option {@code --verbose}, unless it has one of its own because it then prints more, too. */
    private static void addVerbose(CommandLine command) {
        if (command.getCommandSpec().findOption(VERBOSE) == null) {
            command.addMixin("verbose", new VerboseOption());
        }
    }

    @Override
    public void run() {
        throw new ParameterException(
                spec.commandLine(),
                "a command is missing: demo, verify, run, filter, plan, info, matrix, draw, featuremaps or receptive-field");
    }

    /** Too little memory is a failure as others are; other errors are none of the user's. */
    private static int execute(ParseResult parsed) {
        try {
            return new CommandLine.RunLast().execute(parsed);
        } catch (OutOfMemoryError e) {
            List<CommandLine> commands = parsed.asCommandLineList();
            CommandLine command = commands.get(commands.size() - 1);
            report(
                    command,
                    "not enough memory: " + oneLine(e)
                            + "; -Xmx raises the heap's limit, -XX:MaxDirectMemorySize that of tensors",
                    e);
            return command.getCommandSpec().exitCodeOnExecutionException();
        }
    }

    private static int refuse(ParameterException e, String[] args) {
        CommandLine command = e.getCommandLine();
        String name = command.getCommandSpec().qualifiedName();
        report(command, oneLine(e) + "; see " + name + " --help", e);
        return command.getCommandSpec().exitCodeOnInvalidInput();
    }

    private static int fail(Exception e, CommandLine command, ParseResult parsed) {
        report(command, oneLine(e), e);
        return command.getCommandSpec().exitCodeOnExecutionException();
    }

    private static void report(CommandLine command, String line, Throwable e) {
        command.getErr().println(command.getCommandSpec().qualifiedName() + ": " + line);
        OptionSpec verbose = command.getCommandSpec().findOption(VERBOSE);
        if (verbose != null && Boolean.TRUE.equals(verbose.getValue())) {
            e.printStackTrace(command.getErr());
        }
    }

    static String oneLine(Throwable e) {
        String message = e.getMessage();
        if (message == null) {
            return e.getClass().getSimpleName();
        }
        String line = message.strip().replaceAll("\\s*\\R\\s*", "; ");
        boolean isOnlyPath = e instanceof FileSystemException failure
                && message.equals(failure.getFile())
                && !message.contains(": "); // our own say what is wrong
        return isOnlyPath ? line + ": " + reason(e) : line;
    }

    /** Returns what the JDK says by the class alone. */
    private static String reason(Throwable e) {
        if (e instanceof NoSuchFileException) {
            return "is not there";
        }
        if (e instanceof AccessDeniedException) {
            return "no permission";
        }
        if (e instanceof FileAlreadyExistsException) {
            return "is there already";
        }
        return e instanceof NotDirectoryException
                ? "is no folder"
                : e.getClass().getSimpleName();
    }
}
