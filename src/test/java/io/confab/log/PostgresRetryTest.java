package io.confab.log;

import io.confab.it.support.PostgresServer;

class PostgresRetryTest extends RetryContract {
    @Override
    String url() {
        return PostgresServer.shared().freshDatabase();
    }
}
