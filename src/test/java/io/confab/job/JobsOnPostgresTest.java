package io.confab.job;

import io.confab.it.support.PostgresServer;

class JobsOnPostgresTest extends JobContract {
    @Override
    String url() {
        return PostgresServer.shared().freshDatabase();
    }
}
