package io.confab.node;

import java.nio.file.Path;
import org.junit.jupiter.api.io.TempDir;

class NodesOnH2Test extends NodesContract {
    @TempDir
    static Path folder;

    @Override
    String url() {
        return "jdbc:h2:file:" + folder.resolve("nodes");
    }
}
