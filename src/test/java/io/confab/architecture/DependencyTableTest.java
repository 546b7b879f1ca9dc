package io.confab.architecture;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import javax.xml.parsers.DocumentBuilderFactory;
import javax.xml.xpath.XPath;
import javax.xml.xpath.XPathConstants;
import javax.xml.xpath.XPathFactory;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.w3c.dom.Document;
import org.w3c.dom.Node;
import org.w3c.dom.NodeList;

/** The README's tables of dependencies and pom.xml name the same artefacts at the same versions. */
class DependencyTableTest {
    private static final Pattern ROW =
            Pattern.compile("(?m)^\\|[^|]+\\|([^|]*`[^|]*)\\|([^|]+)\\|([^|]+)\\|([^|]+)\\|$");
    private static final Pattern ARTEFACT = Pattern.compile("`([\\w.-]+:[\\w.-]+)`");
    private static final Pattern PROPERTY = Pattern.compile("\\$\\{([^}]+)}");
    private static final String MAVEN = "org.apache.maven.plugins";
    private static final XPath XPATH = XPathFactory.newInstance().newXPath();

    private static Document pom;

    @BeforeAll
    static void readPom() throws Exception {
        pom = DocumentBuilderFactory.newInstance()
                .newDocumentBuilder()
                .parse(Path.of("pom.xml").toFile());
    }

    private static List<Node> nodes(String path) throws Exception {
        var found = (NodeList) XPATH.evaluate(path, pom, XPathConstants.NODESET);
        return Stream.iterate(0, i -> i < found.getLength(), i -> i + 1)
                .map(found::item)
                .toList();
    }

    private static @Nullable String child(Node node, String name) throws Exception {
        String text = XPATH.evaluate(name, node).strip();
        return text.isEmpty() ? null : text;
    }

    private static String resolved(String text) throws Exception {
        var property = PROPERTY.matcher(text);
        return property.matches() ? XPATH.evaluate("/project/properties/" + property.group(1), pom) : text;
    }

    /** As the nearest BOM says: the one whose group the artefact's group begins with. */
    private static String managed(String group) throws Exception {
        var boms = new TreeMap<Integer, String>(Comparator.reverseOrder());
        for (Node bom : nodes("/project/dependencyManagement/dependencies/dependency")) {
            String of = String.valueOf(child(bom, "groupId"));
            if (group.equals(of) || group.startsWith(of + ".")) {
                boms.put(of.length(), resolved(String.valueOf(child(bom, "version"))));
            }
        }
        assertThat(boms).as("what manages " + group).isNotEmpty();
        return boms.firstEntry().getValue();
    }

    private static Set<String> inPom() throws Exception {
        var all = new TreeSet<String>();
        String paths = "/project/dependencies/dependency | //path[groupId] | //artifactItem | //plugin";
        for (Node node : nodes(paths)) {
            String group = child(node, "groupId");
            if (group == null || group.equals(MAVEN)) {
                continue;
            }
            String version = child(node, "version");
            boolean managedPlugin = version == null && node.getNodeName().equals("plugin");
            if (!managedPlugin) { // its version stands where it is managed, and so does its row
                all.add(group + ":" + child(node, "artifactId") + " "
                        + (version == null ? managed(group) : resolved(version)));
            }
        }
        all.add("com.palantir.javaformat:palantir-java-format " + resolved("${palantir-java-format.version}"));
        return all;
    }

    private static Set<String> inReadme() throws Exception {
        var all = new TreeSet<String>();
        var row = ROW.matcher(Files.readString(Path.of("README.md")));
        while (row.find()) {
            ARTEFACT.matcher(row.group(1))
                    .results()
                    .forEach(artefact ->
                            all.add(artefact.group(1) + " " + row.group(2).strip()));
            assertThat(Arrays.asList(row.group(3), row.group(4)))
                    .as("licence and reason of" + row.group(1))
                    .noneMatch(String::isBlank);
        }
        return all;
    }

    @Test
    void everyDependencyStandsInTheReadmeWithItsVersionAndTheReverse() throws Exception {
        Set<String> pinned = inPom();

        assertThat(pinned).hasSizeGreaterThan(35);
        assertThat(inReadme()).isEqualTo(pinned);
    }
}
