package io.confab.log;

import io.confab.it.support.PostgresServer;

class PostgresTakedownTest extends TakedownContract {
    @Override
    String url() {
        return PostgresServer.shared().freshDatabase();
    }
}
