package io.confab.rule;

import io.confab.it.support.PostgresServer;

class PostgresRuleTest extends RuleContract {
    private final String url = PostgresServer.shared().freshDatabase();

    @Override
    String url() {
        return url;
    }
}
