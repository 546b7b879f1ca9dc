package io.confab.node;

import io.confab.log.RealLog;

class DeliveryTraceOnH2Test extends DeliveryTraceContract {
    @Override
    String url() {
        return RealLog.freshH2();
    }
}
