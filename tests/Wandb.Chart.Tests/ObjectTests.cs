using System.Text.Json.Nodes;

namespace Wandb.Chart.Tests;

/// <summary>What holds for every object, whatever the values are.</summary>
public sealed class ObjectTests
{
    private static readonly HashSet<string> WithoutNamespace = ["ClusterRole", "ClusterRoleBinding", "MutatingWebhookConfiguration"];

    private static readonly string[] Probes = ["startupProbe", "livenessProbe", "readinessProbe"];

    private static readonly HashSet<string> Known =
    [
        .. WithoutNamespace, "Certificate", "ConfigMap", "Deployment", "Issuer", "NetworkPolicy", "PodDisruptionBudget", "PodMonitor", "PrometheusRule", "ServiceMonitor",
        "Pod", "Role", "RoleBinding", "Service", "ServiceAccount", "WandbProfile",
    ];

    public ObjectTests() => ChartRenderer.Require();

    public static TheoryData<string> Values() => ChartValues.All();

    [Theory]
    [MemberData(nameof(Values))]
    public void Object_says_where_it_belongs_and_stands_once(string values)
    {
        var objects = ChartRenderer.Objects(values);

        Assert.Equal([], objects.Where(one => !Known.Contains(one.Kind())).Select(one => one.Kind()));
        Assert.Equal([], objects.Where(one => WithoutNamespace.Contains(one.Kind()) != (one.Namespace().Length == 0)).Select(one => one.Name()));
        Assert.Equal([], objects.GroupBy(one => $"{one.Kind()} {one.Namespace()}/{one.Name()}").Where(same => same.Count() > 1).Select(same => same.Key));
        Assert.All(objects, one => Assert.Matches("^[a-z0-9]([-a-z0-9.]*[a-z0-9])?$", one.Name()));
    }

    [Theory]
    [MemberData(nameof(Values))]
    public void Object_has_the_labels_by_which_it_is_found(string values)
    {
        var objects = ChartRenderer.Objects(values).Where(one => !one.Name().EndsWith("-more", StringComparison.Ordinal) && !one.Name().EndsWith("-text", StringComparison.Ordinal));

        Assert.All(objects, one =>
        {
            var labels = one["metadata"]!["labels"]!;
            Assert.Equal("wandb-operator", labels["app.kubernetes.io/name"].Text());
            Assert.Equal(ChartRenderer.Release, labels["app.kubernetes.io/instance"].Text());
            Assert.Equal("Helm", labels["app.kubernetes.io/managed-by"].Text());
        });
    }

    [Theory]
    [MemberData(nameof(Values))]
    public void Uninstalling_removes_everything_and_waits_for_nothing(string values)
    {
        var objects = ChartRenderer.Objects(values);

        // A hook before or after the deletion could fail and leave the rest; a finalizer waits for a program that is gone; kept objects stay.
        Assert.All(objects, one =>
        {
            Assert.Null(one["metadata"]!["finalizers"]);
            var annotations = one["metadata"]!["annotations"] as JsonObject ?? [];
            Assert.DoesNotContain("helm.sh/resource-policy", annotations.Select(annotation => annotation.Key));
            Assert.DoesNotMatch("delete|rollback|upgrade|install", annotations["helm.sh/hook"].Text());
        });
        Assert.Empty(objects.Of("CustomResourceDefinition"));
    }

    [Theory]
    [MemberData(nameof(Values))]
    public void Selectors_find_the_pods_of_the_operator(string values)
    {
        var objects = ChartRenderer.Objects(values);
        var labels = objects.PodTemplate()["metadata"]!["labels"]!;
        var spec = objects.PodTemplate()["spec"]!;
        var selectors = new List<JsonNode?> { objects.The("Service")["spec"]!["selector"], objects.The("Deployment")["spec"]!["selector"]!["matchLabels"] };
        selectors.AddRange(objects.Of("PodDisruptionBudget").Select(one => one["spec"]!["selector"]!["matchLabels"]));
        selectors.AddRange(objects.Of("PodMonitor").Concat(objects.Of("ServiceMonitor")).Select(one => one["spec"]!["selector"]!["matchLabels"]));
        selectors.AddRange(objects.Of("NetworkPolicy").Select(one => one["spec"]!["podSelector"]!["matchLabels"]));
        selectors.AddRange(spec["topologySpreadConstraints"].Items().Select(one => one["labelSelector"]!["matchLabels"]));
        selectors.AddRange(spec["affinity"]!["podAntiAffinity"]!["preferredDuringSchedulingIgnoredDuringExecution"].Items()
            .Select(one => one["podAffinityTerm"]!["labelSelector"]!["matchLabels"]));

        Assert.All(selectors, selector =>
        {
            Assert.Equal([], Json.Missing("", selector, labels));
            Assert.Equal(["app.kubernetes.io/name", "app.kubernetes.io/instance"], selector!.AsObject().Select(label => label.Key));
        });
    }

    [Theory]
    [MemberData(nameof(Values))]
    public void Names_of_ports_volumes_and_configuration_lead_somewhere(string values)
    {
        var objects = ChartRenderer.Objects(values);
        var spec = objects.PodTemplate()["spec"]!;
        var container = Assert.Single(spec["containers"].Items());
        var ports = container["ports"].Items().Select(port => port["name"].Text()).ToList();
        var volumes = spec["volumes"].Items().Select(volume => volume["name"].Text()).ToList();

        Assert.All(objects.The("Service")["spec"]!["ports"].Items(), port => Assert.Contains(port["targetPort"].Text(), ports));
        Assert.All(Probes, probe => Assert.Contains(container[probe]!["httpGet"]!["port"].Text(), ports));
        Assert.All(objects.Of("NetworkPolicy").SelectMany(one => one["spec"]!["ingress"].Items()).SelectMany(rule => rule["ports"].Items()),
            port => Assert.Contains(port["port"].Text(), ports));
        Assert.Equal(volumes.Order(StringComparer.Ordinal), container["volumeMounts"].Items().Select(mount => mount["name"].Text()).Order(StringComparer.Ordinal));
        var defaults = spec["volumes"].Items().Single(volume => volume["name"].Text() == "defaults");
        Assert.Contains(objects.Of("ConfigMap"), map => map.Name() == defaults["configMap"]!["name"].Text());
    }

    [Theory]
    [MemberData(nameof(Values))]
    public void Pods_of_the_operator_pass_as_restricted(string values)
    {
        var spec = ChartRenderer.Objects(values).PodTemplate()["spec"]!;

        // Pod Security Standards, "restricted": what a pod must say.
        Assert.True(spec["securityContext"]!["runAsNonRoot"]!.GetValue<bool>());
        Assert.Equal("RuntimeDefault", spec["securityContext"]!["seccompProfile"]!["type"].Text());
        Assert.All(spec["containers"].Items().Concat(spec["initContainers"].Items()), container =>
        {
            var context = container["securityContext"]!;
            Assert.False(context["allowPrivilegeEscalation"]!.GetValue<bool>());
            Assert.Equal(["ALL"], context["capabilities"]!["drop"].Words());
            Assert.Null(context["capabilities"]!["add"]);
            Assert.True(context["readOnlyRootFilesystem"]!.GetValue<bool>());
            Assert.NotNull(container["resources"]!["limits"]!["memory"]);
        });
        // What the API server must reach on its node is asked for by name.
        Assert.Equal(values == "host-network", spec["hostNetwork"]?.GetValue<bool>() ?? false);
        Assert.All(["hostPID", "hostIPC"], field => Assert.Null(spec[field]));
        Assert.All(spec["volumes"].Items(), volume => Assert.Null(volume["hostPath"]));
    }

    [Fact]
    public void On_the_network_of_the_nodes_its_ports_are_free_ones_and_no_pod_waits_for_another()
    {
        var objects = ChartRenderer.Objects("host-network");
        var spec = objects.PodTemplate()["spec"]!;
        var container = Assert.Single(spec["containers"].Items());

        Assert.Equal("ClusterFirstWithHostNet", spec["dnsPolicy"].Text());
        Assert.Equal([18443, 18080], container["ports"].Items().Select(port => port["containerPort"]!.GetValue<long>()));
        Assert.All(["--https-port=18443", "--health-port=18080"], argument => Assert.Contains(argument, container["args"].Words()));
        Assert.Equal(0, objects.The("Deployment")["spec"]!["strategy"]!["rollingUpdate"]!["maxSurge"]!.GetValue<long>());
        Assert.Contains(objects.The("NetworkPolicy")["spec"]!["egress"].Items().SelectMany(rule => rule["ports"].Items()), port => port["port"]!.GetValue<long>() == 18443);
        // Longer than a common name may be.
        Assert.Null(Assert.Single(objects.Of("Certificate"), one => one["spec"]!["isCA"] is null)["spec"]!["commonName"]);
    }

    [Theory]
    [MemberData(nameof(Values))]
    public void Test_of_the_release_may_ask_for_a_pod_and_leaves_nothing(string values)
    {
        var objects = ChartRenderer.TestObjects(values);
        var pod = objects.The("Pod");
        var rule = Assert.Single(objects.The("Role")["rules"].Items());
        var arguments = Assert.Single(pod["spec"]!["containers"].Items())["args"].Words().ToList();

        Assert.Equal(("pods", "create"), (Assert.Single(rule["resources"].Words()), Assert.Single(rule["verbs"].Words())));
        Assert.Equal(objects.The("ServiceAccount").Name(), pod["spec"]!["serviceAccountName"].Text());
        Assert.Equal($"--namespace={objects.The("Role").Namespace()}", arguments[1]);
        Assert.NotEqual(ChartRenderer.Namespace, objects.The("Role").Namespace());
        Assert.All(objects, one => Assert.Equal("before-hook-creation,hook-succeeded", one["metadata"]!["annotations"]!["helm.sh/hook-delete-policy"].Text()));
        Assert.True(pod["spec"]!["securityContext"]!["runAsNonRoot"]!.GetValue<bool>());
        Assert.True(pod["spec"]!["containers"]![0]!["securityContext"]!["readOnlyRootFilesystem"]!.GetValue<bool>());
    }

    [Fact]
    public void Platform_may_choose_the_user()
    {
        var context = ChartRenderer.Objects("openshift").PodTemplate()["spec"]!["securityContext"]!.AsObject();

        Assert.Equal(["runAsNonRoot", "seccompProfile"], context.Select(field => field.Key));
    }

    [Theory]
    [InlineData(new string[0], "{}")]
    [InlineData(new[] { "--api-versions", "security.openshift.io/v1" }, "{\"agent\":{\"runAsNonRoot\":true}}")]
    [InlineData(new[] { "--api-versions", "security.openshift.io/v1", "--set", "defaults.project=p" }, "{\"agent\":{\"runAsNonRoot\":true},\"project\":\"p\"}")]
    public void Agent_is_not_root_where_the_platform_chooses_the_user(string[] more, string expected)
    {
        var data = Assert.Single(ChartRenderer.Objects(null, more).Of("ConfigMap"))["data"]!;

        Assert.Equal(expected, Assert.Single(Repository.Documents(data["defaults.yaml"]!.GetValue<string>())).ToJsonString());
    }
}
