package io.confab.moderation;

import io.confab.it.support.PostgresServer;

class EveryActOnPostgresTest extends EveryActContract {
    @Override
    String url() {
        return PostgresServer.shared().freshDatabase();
    }
}
