package io.confab.log;

class H2RetryTest extends RetryContract {
    @Override
    String url() {
        return "jdbc:h2:file:" + folder.resolve("chat");
    }
}
