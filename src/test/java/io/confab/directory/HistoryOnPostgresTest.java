package io.confab.directory;

import io.confab.it.support.PostgresServer;

class HistoryOnPostgresTest extends HistoryContract {
    @Override
    String url() {
        return PostgresServer.shared().freshDatabase();
    }
}
