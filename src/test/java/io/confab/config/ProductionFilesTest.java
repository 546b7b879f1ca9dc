package io.confab.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.confab.kernel.Configuration;
import io.confab.ops.DrainSettings;
import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.ContainerPort;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.PodTemplateSpec;
import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.api.model.apps.StatefulSet;
import io.fabric8.kubernetes.api.model.networking.v1.NetworkPolicy;
import io.fabric8.kubernetes.api.model.policy.v1.PodDisruptionBudget;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** The files for production: no field is misspelt, names fit together, nobody is root, a stop leaves time to drain. */
class ProductionFilesTest {
    private static final Path BALANCER = Path.of("server-config/cluster/haproxy.cfg");
    private static final Path COMPOSE = Path.of("server-config/container/compose.yaml");
    private static final Path CONTAINERFILE = Path.of("server-config/container/Containerfile");
    private static final Path SYSTEMD = Path.of("server-config/systemd");
    /** confab.drain.time, unless it is set, and what the server itself needs to end after it. */
    private static final long DRAIN_SECONDS = DrainSettings.from(new Configuration(key -> Optional.empty()))
            .time()
            .plusSeconds(20)
            .toSeconds();

    private static <T> List<T> shipped(Class<T> type) {
        return Manifests.shipped().stream()
                .filter(type::isInstance)
                .map(type::cast)
                .toList();
    }

    private static List<PodTemplateSpec> pods() {
        return Stream.concat(
                        shipped(StatefulSet.class).stream()
                                .map(set -> set.getSpec().getTemplate()),
                        shipped(Deployment.class).stream()
                                .map(deployment -> deployment.getSpec().getTemplate()))
                .toList();
    }

    private static Set<Map<String, String>> labels() {
        var labels = new HashSet<Map<String, String>>();
        pods().forEach(pod -> labels.add(pod.getMetadata().getLabels()));
        return labels;
    }

    @Test
    void manifestsAreOfKindsAndFieldsThatKubernetesKnows() {
        assertThat(Manifests.shipped())
                .extracting(HasMetadata::getKind)
                .contains("StatefulSet", "Deployment", "Service", "PodDisruptionBudget", "NetworkPolicy");
    }

    @Test
    void aMisspeltFieldOfAManifestIsRefused() throws IOException {
        String manifest = Files.readString(Manifests.KUBERNETES.resolve("confab.yaml"));
        for (String field :
                List.of("readinessProbe", "terminationGracePeriodSeconds", "maxUnavailable", "podAntiAffinity")) {
            String misspelt = manifest.replace(field + ":", field + "s:");

            assertThatThrownBy(() -> Manifests.kubernetes(misspelt))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining(field + "s");
        }
    }

    @Test
    void selectorsFindThePodsTheyAreFor() {
        var selected = new ArrayList<Map<String, String>>();
        shipped(PodDisruptionBudget.class)
                .forEach(budget -> selected.add(budget.getSpec().getSelector().getMatchLabels()));
        shipped(NetworkPolicy.class)
                .forEach(
                        policy -> selected.add(policy.getSpec().getPodSelector().getMatchLabels()));
        shipped(Service.class).forEach(service -> selected.add(service.getSpec().getSelector()));

        assertThat(selected)
                .hasSizeGreaterThan(5)
                .allSatisfy(selector -> assertThat(labels()).contains(selector));
    }

    @Test
    void podsRunAsNobodySpecialOnARootThatIsReadOnlyAndHaveTheirProbes() {
        assertThat(pods()).hasSize(3).allSatisfy(pod -> {
            assertThat(pod.getSpec().getSecurityContext().getRunAsNonRoot()).isTrue();
            assertThat(pod.getSpec().getAutomountServiceAccountToken()).isFalse();
            Container container = pod.getSpec().getContainers().getFirst();
            assertThat(container.getSecurityContext().getReadOnlyRootFilesystem())
                    .isTrue();
            assertThat(container.getSecurityContext().getAllowPrivilegeEscalation())
                    .isFalse();
            assertThat(container.getSecurityContext().getCapabilities().getDrop())
                    .containsExactly("ALL");
            assertThat(container.getReadinessProbe()).isNotNull();
            assertThat(container.getLivenessProbe()).isNotNull();
            assertThat(container.getResources().getLimits()).containsKey("memory");
        });
    }

    @Test
    void whatStopsANodeLeavesItTimeToDrain() throws IOException {
        var node = shipped(StatefulSet.class).getFirst().getSpec().getTemplate().getSpec();
        assertThat(node.getTerminationGracePeriodSeconds()).isGreaterThanOrEqualTo(DRAIN_SECONDS);
        assertThat(seconds(Files.readString(SYSTEMD.resolve("confab@.service")), "TimeoutStopSec=(\\d+)"))
                .isGreaterThanOrEqualTo(DRAIN_SECONDS);
        assertThat(seconds(Files.readString(COMPOSE), "stop_grace_period: (\\d+)s"))
                .isGreaterThanOrEqualTo(DRAIN_SECONDS);
    }

    private static long seconds(String text, String pattern) {
        var found = Pattern.compile(pattern).matcher(text);
        assertThat(found.find()).as(pattern).isTrue();
        return Long.parseLong(found.group(1));
    }

    @Test
    void aBalancerThatIsStoppedIsLeftUntilItHasEndedItsSocketsItself() throws IOException {
        var balancer = shipped(Deployment.class).stream()
                .filter(deployment -> deployment.getMetadata().getName().equals("confab-balancer"))
                .map(deployment -> deployment.getSpec().getTemplate().getSpec())
                .findFirst()
                .orElseThrow();
        List<String> before = balancer.getContainers()
                .getFirst()
                .getLifecycle()
                .getPreStop()
                .getExec()
                .getCommand();

        assertThat(balancer.getTerminationGracePeriodSeconds())
                .isGreaterThan(Long.parseLong(before.getLast())
                        + seconds(Files.readString(BALANCER), "hard-stop-after (\\d+)s"));
    }

    /** Under its own user's name Artemis takes no default password; under another it takes one that everybody knows. */
    @Test
    void brokersOfAPairWhosePasswordWasForgottenRefuseEachOther() throws IOException {
        assertThat(Files.readString(Path.of("server-config/artemis/pair.properties")))
                .doesNotContain("clusterUser")
                .contains("\n#clusterPassword=\n");
    }

    @Test
    void eachPortOfAServiceIsOneOfItsPods() {
        assertThat(shipped(Service.class)).hasSizeGreaterThan(2).allSatisfy(service -> {
            var ports = pods().stream()
                    .filter(pod -> pod.getMetadata()
                            .getLabels()
                            .equals(service.getSpec().getSelector()))
                    .flatMap(pod -> pod.getSpec().getContainers().getFirst().getPorts().stream())
                    .map(ContainerPort::getName)
                    .toList();
            assertThat(service.getSpec().getPorts())
                    .isNotEmpty()
                    .allSatisfy(port ->
                            assertThat(ports).contains(port.getTargetPort().getStrVal()));
        });
    }

    @Test
    void theComposeFileNamesOnlyWhatThereIs() throws IOException {
        ComposeFile compose = Manifests.read(Files.readString(COMPOSE), ComposeFile.class);

        assertThat(compose.services().keySet())
                .containsExactlyInAnyOrder("node1", "node2", "node3", "postgres", "broker", "balancer");
        compose.services().forEach((name, service) -> {
            assertThat(compose.networks().keySet()).as(name).containsAll(service.networks());
            assertThat(compose.secrets().keySet()).as(name).containsAll(orNone(service.secrets()));
            for (String volume : orNone(service.volumes())) {
                String source = volume.substring(0, volume.indexOf(':'));
                assertThat(compose.volumes().containsKey(source) || Files.exists(COMPOSE.resolveSibling(source)))
                        .as(volume)
                        .isTrue();
            }
            if (service.build() != null) {
                assertThat(COMPOSE.resolveSibling(service.build().context())
                                .resolve(service.build().dockerfile()))
                        .exists();
                assertThat(stages()).contains(service.build().target());
            }
        });
    }

    @Test
    void aMisspeltKeyOfTheComposeFileIsRefused() throws IOException {
        String misspelt = Files.readString(COMPOSE).replace("stop_grace_period", "stop_grace_time");

        assertThatThrownBy(() -> Manifests.read(misspelt, ComposeFile.class)).hasMessageContaining("stop_grace_time");
    }

    private static List<String> orNone(@Nullable List<String> list) {
        return list == null ? List.of() : list;
    }

    private static List<String> stages() {
        return lines(CONTAINERFILE)
                .filter(line -> line.startsWith("FROM "))
                .map(line -> line.replaceFirst(".* AS ", ""))
                .toList();
    }

    private static Stream<String> lines(Path file) {
        try {
            return Files.readString(file).lines();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Test
    void theImagesAreMadeOfFilesThatThereAreAndRunAsNobodySpecial() {
        var copied = new TreeSet<String>();
        Pattern copy = Pattern.compile("COPY (?!--from)(.+) \\S+");
        String joined = String.join("\n", lines(CONTAINERFILE).toList()).replaceAll("\\\\\n\\s*", "");
        copy.matcher(joined)
                .results()
                .forEach(found -> copied.addAll(List.of(found.group(1).split("\\s+"))));

        assertThat(copied)
                .contains("src", "server-config/run.sh")
                .allSatisfy(file -> assertThat(Path.of(file)).exists());
        assertThat(copied).as("a folder that may hold secrets").doesNotContain("server-config", ".");
        assertThat(joined).contains("USER 10001:10001", "USER 10002:10002");
    }

    @Test
    void whereThereIsSystemdItKnowsEveryDirectiveOfTheUnits() throws Exception {
        try (Stream<Path> files = Files.walk(SYSTEMD)) {
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                lines(file)
                        .filter(line -> !line.isBlank() && !line.startsWith("#"))
                        .forEach(line -> assertThat(line)
                                .as(file.toString())
                                .matches("\\[(Unit|Service|Install)]|[A-Z][A-Za-z]+=.*"));
            }
        }
        Path analyze = Path.of("/usr/bin/systemd-analyze");
        assumeTrue(Files.isExecutable(analyze), "no systemd here");
        Path folder = Files.createTempDirectory("confab-units");
        var command = new ArrayList<>(List.of(analyze.toString(), "verify"));
        for (String unit : List.of("confab@.service", "confab-broker.service")) {
            String here = Files.readString(SYSTEMD.resolve(unit))
                    .replaceAll("ExecStart=\\S+", "ExecStart=/bin/true") // what is not installed on this machine
                    .replaceAll("(?m)^User=.*", "User=root");
            command.add(Files.writeString(folder.resolve(unit), here).toString());
        }
        // what is for the distribution's unit is read beside a stand-in for it
        Path dropIns = Files.createDirectory(folder.resolve("haproxy.service.d"));
        Files.copy(SYSTEMD.resolve("haproxy.service.d/confab.conf"), dropIns.resolve("confab.conf"));
        command.add(Files.writeString(folder.resolve("haproxy.service"), "[Service]\nExecStart=/bin/true\n")
                .toString());
        var process = new ProcessBuilder(command).redirectErrorStream(true).start();

        String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);

        assertThat(said.lines().filter(line -> line.contains(folder.toString()) || line.contains("confab")))
                .isEmpty();
        assertThat(process.waitFor()).isZero();
    }
}
