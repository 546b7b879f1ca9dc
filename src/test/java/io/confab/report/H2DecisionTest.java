package io.confab.report;

class H2DecisionTest extends DecisionContract {
    @Override
    String url() {
        return ReportNode.freshH2();
    }
}
