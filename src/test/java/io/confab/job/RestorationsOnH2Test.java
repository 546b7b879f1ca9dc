package io.confab.job;

class RestorationsOnH2Test extends RestorationContract {
    @Override
    String url() {
        return JobNode.freshH2();
    }
}
