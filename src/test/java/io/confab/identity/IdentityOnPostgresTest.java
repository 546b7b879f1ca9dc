package io.confab.identity;

import io.confab.it.support.PostgresServer;

class IdentityOnPostgresTest extends IdentityContract {
    @Override
    String url() {
        return PostgresServer.shared().freshDatabase();
    }
}
