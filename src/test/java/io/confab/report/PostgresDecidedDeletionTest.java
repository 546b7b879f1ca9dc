package io.confab.report;

import io.confab.it.support.PostgresServer;

class PostgresDecidedDeletionTest extends DecidedDeletionContract {
    @Override
    String url() {
        return PostgresServer.shared().freshDatabase();
    }
}
