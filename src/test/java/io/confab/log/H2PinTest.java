package io.confab.log;

class H2PinTest extends PinContract {
    @Override
    String url() {
        return DatabaseFixture.freshH2();
    }
}
