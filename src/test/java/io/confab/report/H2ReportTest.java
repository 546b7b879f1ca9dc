package io.confab.report;

class H2ReportTest extends ReportContract {
    @Override
    String url() {
        return ReportNode.freshH2();
    }
}
