package io.confab.report;

import io.confab.it.support.PostgresServer;

class PostgresDecisionTest extends DecisionContract {
    @Override
    String url() {
        return PostgresServer.shared().freshDatabase();
    }
}
