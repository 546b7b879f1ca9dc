package io.confab.report;

import io.confab.it.support.PostgresServer;

class PostgresRoomQueueTest extends RoomQueueContract {
    @Override
    String url() {
        return PostgresServer.shared().freshDatabase();
    }

    @Override
    String waiting() {
        return "select count(*) from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'";
    }
}
