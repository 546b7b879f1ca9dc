package io.confab.log;

class H2MembershipTest extends MembershipContract {
    @Override
    String url() {
        return DatabaseFixture.freshH2();
    }
}
