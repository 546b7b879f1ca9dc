package io.confab.log;

import io.confab.it.support.PostgresServer;

class PostgresMembershipTest extends MembershipContract {
    @Override
    String url() {
        return PostgresServer.shared().freshDatabase();
    }
}
