package io.confab.identity;

import io.confab.it.support.PostgresServer;

class SecondFactorOnPostgresTest extends SecondFactorContract {
    @Override
    String url() {
        return PostgresServer.shared().freshDatabase();
    }
}
