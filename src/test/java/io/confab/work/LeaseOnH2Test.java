package io.confab.work;

import io.confab.kernel.Ids;

class LeaseOnH2Test extends LeaseContract {
    private final String url = "jdbc:h2:mem:" + new Ids().random() + ";DB_CLOSE_DELAY=-1";

    @Override
    String url() {
        return url;
    }
}
