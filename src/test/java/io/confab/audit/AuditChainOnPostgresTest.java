package io.confab.audit;

import io.confab.it.support.PostgresServer;

class AuditChainOnPostgresTest extends AuditChainContract {
    @Override
    String url() {
        return PostgresServer.shared().freshDatabase();
    }
}
