package io.confab.rule;

import io.confab.kernel.Ids;

class H2RuleTest extends RuleContract {
    private final String url = "jdbc:h2:mem:" + new Ids().random() + ";DB_CLOSE_DELAY=-1";

    @Override
    String url() {
        return url;
    }
}
