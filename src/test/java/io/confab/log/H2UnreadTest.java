package io.confab.log;

class H2UnreadTest extends UnreadContract {
    @Override
    String url() {
        return DatabaseFixture.freshH2();
    }
}
