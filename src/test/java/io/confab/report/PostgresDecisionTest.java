package io.confab.report;

import io.confab.it.support.PostgresServer;

class PostgresDecisionTest extends DecisionContract {
    @Override
    String url() {
        return PostgresServer.shared().freshDatabase();
    }

    @Override
    String waiting() {
        return "select count(*) from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'";
    }
}
