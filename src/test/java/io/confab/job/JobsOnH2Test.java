package io.confab.job;

class JobsOnH2Test extends JobContract {
    @Override
    String url() {
        return JobNode.freshH2();
    }
}
