package io.confab.moderation;

import io.confab.kernel.Ids;

class PeopleOnH2Test extends PeopleContract {
    @Override
    String url() {
        return "jdbc:h2:mem:" + new Ids().random() + ";DB_CLOSE_DELAY=-1";
    }
}
