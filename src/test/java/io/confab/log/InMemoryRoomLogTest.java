package io.confab.log;

class InMemoryRoomLogTest extends RoomLogContract {
    @Override
    LogFixture open() {
        return new InMemoryFixture();
    }
}
