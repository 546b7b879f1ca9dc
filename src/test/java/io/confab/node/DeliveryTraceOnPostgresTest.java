package io.confab.node;

import io.confab.it.support.PostgresServer;

class DeliveryTraceOnPostgresTest extends DeliveryTraceContract {
    @Override
    String url() {
        return PostgresServer.shared().freshDatabase();
    }
}
