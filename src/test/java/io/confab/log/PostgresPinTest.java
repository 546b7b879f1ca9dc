package io.confab.log;

import io.confab.it.support.PostgresServer;

class PostgresPinTest extends PinContract {
    @Override
    String url() {
        return PostgresServer.shared().freshDatabase();
    }
}
