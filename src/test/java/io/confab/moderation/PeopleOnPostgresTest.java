package io.confab.moderation;

import io.confab.it.support.PostgresServer;

class PeopleOnPostgresTest extends PeopleContract {
    @Override
    String url() {
        return PostgresServer.shared().freshDatabase();
    }
}
