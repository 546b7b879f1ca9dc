package io.confab.identity;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.confab.kernel.Configuration;
import io.confab.kernel.Setting;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class IdentitySettingsTest {
    private static IdentitySettings with(String key, String value) {
        return IdentitySettings.from(
                new Configuration(each -> Optional.ofNullable(Map.of(key, value).get(each))));
    }

    @Test
    void proxiesAreIpAddressesOrBlocksOfThem() {
        assertThat(with("confab.proxies", "10.0.0.1, 2001:db8::1,::1, 10.0.0.0/8, fe80::/10")
                        .proxies())
                .extracting(AddressBlock::bits)
                .containsExactly(32, 128, 128, 8, 10);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "proxy.example.org",
                "10.0.0.256",
                "10.0.0",
                "10.0.0.1.",
                "10.0.0.0/33",
                "10.0.0.0/0",
                "10.0.0.0/",
                "10.0.0.0/8/8",
                "fe80::/129",
                "/8",
                "10.0.0.1 10.0.0.2",
                "1::2::3",
                ".:",
                "cafe",
                "10.0.0.1%eth0",
                "fe80::1%eth0"
            })
    void malformedProxyIsRefusedWithItsKey(String proxies) {
        assertThatThrownBy(() -> with("confab.proxies", proxies))
                .isInstanceOf(Setting.Invalid.class)
                .hasMessage("setting confab.proxies has the value '" + proxies
                        + "'; allowed: IP addresses or blocks of them, as 10.0.0.8/30, separated by commas");
    }

    @ParameterizedTest
    @ValueSource(strings = {"short", "Password123", "administrator"})
    void guessablePasswordOfTheFirstAdminIsRefusedAndNotShown(String password) {
        assertThatThrownBy(() -> with("confab.admin.password", password))
                .isInstanceOf(Setting.Invalid.class)
                .hasMessageStartingWith(
                        "setting confab.admin.password has a value that is not shown here; allowed: 8 to ")
                .hasMessageNotContaining(password);
    }

    @Test
    void passwordIsNotShownWithTheOtherSettings() {
        assertThat(with("confab.admin.password", "correct horse"))
                .asString()
                .contains("INVITE")
                .doesNotContain("correct horse");
    }
}
