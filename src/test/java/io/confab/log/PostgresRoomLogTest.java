package io.confab.log;

import io.confab.it.support.PostgresServer;

class PostgresRoomLogTest extends RoomLogContract {
    @Override
    LogFixture open() {
        return DatabaseFixture.open(PostgresServer.shared().freshDatabase());
    }
}
