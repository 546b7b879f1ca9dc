package io.confab.identity;

import java.nio.file.Path;
import org.junit.jupiter.api.io.TempDir;

class IdentityOnH2Test extends IdentityContract {
    @TempDir
    static Path folder;

    @Override
    String url() {
        return "jdbc:h2:file:" + folder.resolve("identity");
    }
}
