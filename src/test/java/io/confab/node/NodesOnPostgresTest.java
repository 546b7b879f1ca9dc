package io.confab.node;

import io.confab.it.support.PostgresServer;

class NodesOnPostgresTest extends NodesContract {
    @Override
    String url() {
        return PostgresServer.shared().freshDatabase();
    }
}
