package io.confab.log;

class H2TakedownTest extends TakedownContract {
    @Override
    String url() {
        return DatabaseFixture.freshH2();
    }
}
