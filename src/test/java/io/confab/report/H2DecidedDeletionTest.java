package io.confab.report;

class H2DecidedDeletionTest extends DecidedDeletionContract {
    @Override
    String url() {
        return ReportNode.freshH2();
    }
}
