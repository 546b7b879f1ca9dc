package io.confab.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.confab.kernel.Configuration;
import io.confab.kernel.Setting;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class GatewaySettingsTest {
    private static GatewaySettings with(String key, String value) {
        return GatewaySettings.from(
                new Configuration(each -> Optional.ofNullable(Map.of(key, value).get(each))));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "https://chat.example.org",
                "http://localhost:8080",
                "HTTPS://Chat.Example.org/",
                "https://[2001:db8::1]:8443/chat"
            })
    void publicUrlIsAnAddressOfHttpOrHttps(String url) {
        assertThat(with("confab.public-url", url).publicUrl()).contains(url);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "chat.example.org",
                "chat.example.org:443",
                "wss://chat.example.org",
                "ftp://chat.example.org",
                "//chat.example.org",
                "https://",
                "https:///chat",
                "https://chat example.org",
                "https://chat_room.example.org",
                "https://chat.example.org:99999",
                "https://chat.example.org?a=b",
                "https://chat.example.org#top",
                "https://a.example.org,https://b.example.org",
                "https://%zz"
            })
    void publicUrlThatIsNoneIsRefusedWithItsKey(String url) {
        assertThatThrownBy(() -> with("confab.public-url", url))
                .isInstanceOf(Setting.Invalid.class)
                .hasMessage("setting confab.public-url has the value '" + url
                        + "'; allowed: http:// or https:// and a host, as https://chat.example.org");
    }

    @ParameterizedTest
    @ValueSource(strings = {"https://a.example.org", "http://a.example.org:8080, https://b.example.org"})
    void originsAreWhatABrowserSends(String origins) {
        assertThat(with("confab.origins", origins).origins()).containsExactly(origins.split(", "));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "a.example.org",
                "*",
                "null",
                "https://a.example.org/",
                "https://a.example.org/chat",
                "https://a.example.org, b.example.org",
                "https://a.example.org https://b.example.org"
            })
    void originThatIsNoneIsRefusedWithItsKey(String origins) {
        assertThatThrownBy(() -> with("confab.origins", origins))
                .isInstanceOf(Setting.Invalid.class)
                .hasMessage("setting confab.origins has the value '" + origins
                        + "'; allowed: http:// or https:// and a host, no path; several separated by commas");
    }
}
