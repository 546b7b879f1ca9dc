package io.confab.work;

import io.confab.it.support.PostgresServer;

class LeaseOnPostgresTest extends LeaseContract {
    private final String url = PostgresServer.shared().freshDatabase();

    @Override
    String url() {
        return url;
    }
}
