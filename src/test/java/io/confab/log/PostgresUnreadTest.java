package io.confab.log;

import io.confab.it.support.PostgresServer;

class PostgresUnreadTest extends UnreadContract {
    @Override
    String url() {
        return PostgresServer.shared().freshDatabase();
    }
}
