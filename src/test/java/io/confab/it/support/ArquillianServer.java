package io.confab.it.support;

import java.io.File;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.stream.Collectors;
import org.jboss.shrinkwrap.api.ShrinkWrap;
import org.jboss.shrinkwrap.api.importer.ZipImporter;
import org.jboss.shrinkwrap.api.spec.WebArchive;
import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/**
 * Makes Arquillian's managed Payara Micro start with the flags of server-config, on a free port, with a database of its
 * own. Stands before Arquillian's extension, which reads these properties of the JVM when it configures the container.
 */
public final class ArquillianServer implements BeforeAllCallback, AfterAllCallback {
    private static final int PORT = ChildProcess.freePort();
    private static final String WAR = "confab-" + PORT + ".war";

    private List<String> keys = List.of();

    /** The WAR that the build has made, as it is. */
    public static WebArchive war() {
        return ShrinkWrap.create(ZipImporter.class, WAR)
                .importFrom(new File("target/confab.war"))
                .as(WebArchive.class);
    }

    /** The address it listens on; Arquillian gives the name that the server found for itself. */
    public static URI base() {
        return URI.create("http://127.0.0.1:" + PORT + "/");
    }

    @Override
    public void beforeAll(ExtensionContext context) throws IOException {
        Path work = Folders.fresh("arquillian");
        Files.createDirectories(work.resolve("tmp"));
        var properties = Map.of(
                "payara.microJar", LaunchFlags.server().toString(),
                "payara.cmdOptions", words(LaunchFlags.jvm(work)),
                "payara.extraMicroOptions", words(micro(work)),
                "payara.randomHttpPort", "false",
                "payara.autoBindHttp", "false",
                "payara.consoleOutput", "false",
                "payara.startupTimeoutInSeconds", Long.toString(ServerProcess.START_LIMIT.toSeconds()));
        keys = List.copyOf(properties.keySet());
        properties.forEach(System::setProperty);
    }

    private static List<String> micro(Path work) throws IOException {
        var settings = new Properties();
        settings.put("confab.profile", "dev");
        settings.put("confab.registration", "open");
        settings.put("confab.db.url", "jdbc:h2:file:" + work.resolve("confab"));
        Path file = work.resolve("settings.properties");
        try (var out = Files.newBufferedWriter(file)) {
            settings.store(out, null);
        }
        var flags = new ArrayList<>(LaunchFlags.micro(work, PORT, file));
        int deploy = flags.indexOf("--deploy"); // Arquillian deploys a copy of the WAR
        flags.subList(deploy, deploy + 2).clear();
        flags.set(flags.indexOf("--logproperties") + 1, logging(work).toString());
        return flags;
    }

    /** Its log in a file too: the container throws away what the server writes. */
    private static Path logging(Path work) throws IOException {
        Path file = work.resolve("logging.properties");
        var lines = new ArrayList<>(Files.readAllLines(Path.of("server-config/payara/logging.properties")));
        lines.add("handlers=java.util.logging.ConsoleHandler,java.util.logging.FileHandler");
        lines.add("java.util.logging.FileHandler.pattern=" + work.resolve("server.log"));
        lines.add("java.util.logging.FileHandler.formatter=java.util.logging.SimpleFormatter");
        return Files.write(file, lines);
    }

    /** As the container takes them: it splits at each space that has no backslash before it. */
    private static String words(List<String> flags) {
        return flags.stream().map(flag -> flag.replace(" ", "\\ ")).collect(Collectors.joining(" "));
    }

    /** The container leaves its copy of the WAR behind. */
    @Override
    public void afterAll(ExtensionContext context) throws IOException {
        keys.forEach(System::clearProperty);
        try (var folders = Files.newDirectoryStream(
                Path.of(System.getProperty("java.io.tmpdir")),
                folder -> Files.exists(folder.resolve("deployments").resolve(WAR)))) {
            folders.forEach(Folders::delete);
        }
    }
}
