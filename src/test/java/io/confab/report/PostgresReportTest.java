package io.confab.report;

import io.confab.it.support.PostgresServer;

class PostgresReportTest extends ReportContract {
    @Override
    String url() {
        return PostgresServer.shared().freshDatabase();
    }
}
