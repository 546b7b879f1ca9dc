package io.confab.moderation;

import io.confab.it.support.PostgresServer;

class PostgresWithheldTest extends WithheldContract {
    @Override
    String url() {
        return PostgresServer.shared().freshDatabase();
    }
}
