package io.confab.log;

class H2RaceTest extends RaceContract {
    @Override
    String url() {
        return DatabaseFixture.freshH2();
    }

    @Override
    int snapshotLevel() {
        return org.h2.engine.Constants.TRANSACTION_SNAPSHOT;
    }
}
