package io.confab.config;

import com.fasterxml.jackson.annotation.JsonProperty;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * As much of the compose file's specification as the shipped one uses (https://compose-spec.io): a key that is not here is
 * refused, and so is one that is misspelt.
 */
record ComposeFile(
        String name,
        @JsonProperty("x-node") @Nullable Service template,
        Map<String, Service> services,
        Map<String, Network> networks,
        Map<String, Map<String, String>> volumes,
        Map<String, SecretFile> secrets) {

    record Service(
            @Nullable Build build,
            @Nullable String image,
            @Nullable Map<String, String> environment,
            @Nullable List<String> secrets,
            @Nullable List<String> networks,
            @Nullable List<String> volumes,
            @Nullable List<String> ports,
            @JsonProperty("depends_on") @Nullable Object dependsOn,
            @JsonProperty("read_only") boolean readOnly,
            @Nullable List<String> tmpfs,
            @JsonProperty("cap_drop") @Nullable List<String> capDrop,
            @JsonProperty("security_opt") @Nullable List<String> securityOpt,
            @JsonProperty("stop_grace_period") @Nullable String stopGracePeriod,
            @Nullable String restart,
            @JsonProperty("mem_limit") @Nullable String memLimit,
            @Nullable Healthcheck healthcheck) {}

    record Build(String context, String dockerfile, String target) {}

    record Healthcheck(
            List<String> test,
            String interval,
            String timeout,
            @JsonProperty("start_period") String startPeriod) {}

    record Network(boolean internal, @Nullable Addresses ipam) {}

    record Addresses(List<Map<String, String>> config) {}

    record SecretFile(String file) {}
}
