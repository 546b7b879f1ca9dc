package io.confab.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.confab.kernel.Configuration;
import io.confab.kernel.Setting;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

class WireLimitsTest {
    private static final int MOST = 131_072;
    private static final Pattern CONTAINERS =
            Pattern.compile("incoming-buffer-size</param-name>\\s*<param-value>(\\d+)<");

    private static WireLimits withFrameBytes(int bytes) {
        return WireLimits.from(new Configuration(key -> Optional.ofNullable(
                Map.of("confab.limits.frame-bytes", Integer.toString(bytes)).get(key))));
    }

    @Test
    void aFrameMayBeAsLargeAsTheContainerTakesWithItsOwnPart() throws IOException {
        var container = CONTAINERS.matcher(Files.readString(Path.of("src/main/webapp/WEB-INF/web.xml")));

        assertThat(container.find()).isTrue();
        assertThat(withFrameBytes(MOST).maxFrameBytes()).isEqualTo(Integer.parseInt(container.group(1)) - 4 * 1024);
    }

    @Test
    void aSettingThatTheContainerWouldNotLetThroughStopsTheStart() {
        assertThatThrownBy(() -> withFrameBytes(MOST + 1))
                .isInstanceOf(Setting.Invalid.class)
                .hasMessageContaining("confab.limits.frame-bytes");
    }
}
