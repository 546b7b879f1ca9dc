package io.confab.search;

import io.confab.it.support.PostgresServer;

class SearchOnPostgresTest extends SearchContract {
    @Override
    String url() {
        return PostgresServer.shared().freshDatabase();
    }
}
