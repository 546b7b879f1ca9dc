package io.confab.moderation;

import io.confab.kernel.Ids;

class H2WithheldTest extends WithheldContract {
    @Override
    String url() {
        return "jdbc:h2:mem:" + new Ids().random() + ";DB_CLOSE_DELAY=-1";
    }
}
