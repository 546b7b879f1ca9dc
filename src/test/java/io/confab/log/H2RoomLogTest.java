package io.confab.log;

class H2RoomLogTest extends RoomLogContract {
    @Override
    LogFixture open() {
        return DatabaseFixture.open(DatabaseFixture.freshH2());
    }
}
