package io.confab.fanout;

import static org.assertj.core.api.Assertions.assertThat;

import io.confab.kernel.RoomId;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.EnumSet;
import org.apache.activemq.artemis.api.core.RoutingType;
import org.apache.activemq.artemis.core.config.CoreAddressConfiguration;
import org.apache.activemq.artemis.core.deployers.impl.FileConfigurationParser;
import org.junit.jupiter.api.Test;

class TopicsTest {
    @Test
    void theBrokerForProductionDeclaresEachAddressAndNoOther() throws Exception {
        try (var shipped = Files.newInputStream(Path.of("server-config/artemis/broker.xml"))) {
            var configuration = new FileConfigurationParser().parseMainConfig(shipped);

            assertThat(configuration.getAddressConfigurations())
                    .extracting(CoreAddressConfiguration::getName)
                    .containsExactlyInAnyOrderElementsOf(Topics.all());
            assertThat(configuration.getAddressConfigurations())
                    .extracting(CoreAddressConfiguration::getRoutingTypes)
                    .containsOnly(EnumSet.of(RoutingType.MULTICAST));
        }
    }

    @Test
    void eachRoomIsAtOneOfTheRoomAddresses() {
        assertThat(Topics.rooms()).contains(Topics.of(new RoomId("r_1")), Topics.of(new RoomId("r_other")));
    }
}
