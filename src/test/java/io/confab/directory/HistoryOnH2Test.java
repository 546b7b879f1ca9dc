package io.confab.directory;

import io.confab.kernel.Ids;

class HistoryOnH2Test extends HistoryContract {
    @Override
    String url() {
        return "jdbc:h2:mem:" + new Ids().random() + ";DB_CLOSE_DELAY=-1";
    }
}
