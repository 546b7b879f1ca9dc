package io.confab.log;

import io.confab.it.support.PostgresServer;

class PostgresRaceTest extends RaceContract {
    @Override
    String url() {
        return PostgresServer.shared().freshDatabase();
    }

    @Override
    int snapshotLevel() {
        return java.sql.Connection.TRANSACTION_REPEATABLE_READ;
    }
}
