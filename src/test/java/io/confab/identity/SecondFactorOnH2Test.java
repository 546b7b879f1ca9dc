package io.confab.identity;

import java.nio.file.Path;
import org.junit.jupiter.api.io.TempDir;

class SecondFactorOnH2Test extends SecondFactorContract {
    @TempDir
    static Path folder;

    @Override
    String url() {
        return "jdbc:h2:file:" + folder.resolve("factors");
    }
}
