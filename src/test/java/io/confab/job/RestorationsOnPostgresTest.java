package io.confab.job;

import io.confab.it.support.PostgresServer;

class RestorationsOnPostgresTest extends RestorationContract {
    @Override
    String url() {
        return PostgresServer.shared().freshDatabase();
    }
}
