package io.confab.search;

import io.confab.log.RealLog;

class SearchOnH2Test extends SearchContract {
    @Override
    String url() {
        return RealLog.freshH2();
    }
}
