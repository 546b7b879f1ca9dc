package io.confab.moderation;

import io.confab.kernel.Ids;

class EveryActOnH2Test extends EveryActContract {
    @Override
    String url() {
        return "jdbc:h2:mem:" + new Ids().random() + ";DB_CLOSE_DELAY=-1";
    }
}
