package io.confab.audit;

import io.confab.kernel.Ids;

class AuditChainOnH2Test extends AuditChainContract {
    @Override
    String url() {
        return "jdbc:h2:mem:" + new Ids().random() + ";DB_CLOSE_DELAY=-1";
    }
}
