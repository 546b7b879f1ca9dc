package io.confab.log;

class H2FailureTest extends FailureContract {
    @Override
    String url() {
        return DatabaseFixture.freshH2();
    }
}
