package io.confab.report;

class H2RoomQueueTest extends RoomQueueContract {
    @Override
    String url() {
        return ReportNode.freshH2();
    }

    @Override
    String waiting() {
        return "select count(*) from information_schema.sessions where blocker_id is not null";
    }
}
