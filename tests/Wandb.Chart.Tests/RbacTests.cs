using System.Text.Json.Nodes;

namespace Wandb.Chart.Tests;

/// <summary>The chart grants what the plain manifests grant, whose rules are held against the requests of the program; and nothing beside.</summary>
public sealed class RbacTests
{
    private const string Aggregate = "rbac.authorization.k8s.io/aggregate-to-";
    private static readonly string[] Roles = ["ClusterRole", "Role"];

    public RbacTests() => ChartRenderer.Require();

    public static TheoryData<string> Values() => ChartValues.All();

    [Fact]
    public void Rules_are_those_of_the_plain_manifests()
    {
        var plain = Rules(Repository.Manifests("deploy"));
        var chart = Rules(ChartRenderer.Objects("defaults"));

        Assert.Equal(plain.Order(StringComparer.Ordinal), chart.Order(StringComparer.Ordinal));
    }

    [Fact]
    public void Without_the_scope_of_the_cluster_each_namespace_has_a_role_with_the_same_rules()
    {
        var wide = ChartRenderer.Objects("defaults").Single(one => one.Kind() == "ClusterRole" && one.Name().EndsWith("-workloads", StringComparison.Ordinal));
        var objects = ChartRenderer.Objects("namespaced");
        var roles = objects.Of("Role").Where(role => role.Name().EndsWith("-workloads", StringComparison.Ordinal)).ToList();

        Assert.Equal(["team-a", "team-b"], roles.Select(role => role.Namespace()));
        Assert.All(roles, role => Assert.True(JsonNode.DeepEquals(wide["rules"], role["rules"])));
        Assert.Equal(["tokenreviews", "mutatingwebhookconfigurations", "nodes"], objects.Where(one => !IsOfUsers(one)).The("ClusterRole")["rules"].Items().SelectMany(rule => rule["resources"].Words()));
    }

    [Fact]
    public void People_get_what_their_roles_of_Kubernetes_say()
    {
        var rights = ChartRenderer.Objects("defaults").Where(IsOfUsers).SelectMany(role => role["metadata"]!["labels"]!.AsObject()
            .Where(label => label.Key.StartsWith(Aggregate, StringComparison.Ordinal))
            .Select(label => $"{label.Key[Aggregate.Length..]}: {string.Join(' ', role["rules"].Items().SelectMany(rule => rule["resources"].Words().Append(rule["verbs"].Words().First())))}"));

        Assert.Equal(
            ["admin: wandbprofiles create", "admin: wandbruns create", "admin: wandbruns wandbprofiles get", "edit: wandbruns create", "edit: wandbruns wandbprofiles get", "view: wandbruns wandbprofiles get"],
            rights.Order(StringComparer.Ordinal));
    }

    [Theory]
    [MemberData(nameof(Values))]
    public void Nothing_is_granted_that_reaches_further(string values)
    {
        foreach (var role in ChartRenderer.Objects(values).Where(one => Roles.Contains(one.Kind()) && !IsOfUsers(one)))
        {
            Assert.All(role["rules"].Items(), rule =>
            {
                Assert.DoesNotContain("*", rule["verbs"].Words().Concat(rule["resources"].Words()).Concat(rule["apiGroups"].Words()));
                if (rule["resources"].Words().Contains("secrets"))
                    Assert.Equal(("Role", ChartRenderer.Namespace), (role.Kind(), role.Namespace()));
                if (rule["resources"].Words().Any(resource => resource is "pods" or "jobs" or "nodes" or "wandbruns" or "configmaps"))
                    Assert.Equal(["get", "list", "watch"], rule["verbs"].Words());
            });
        }
    }

    [Theory]
    [MemberData(nameof(Values))]
    public void Bindings_lead_from_the_account_of_the_pods_to_roles_that_are_there(string values)
    {
        var objects = ChartRenderer.Objects(values);
        var account = objects.PodTemplate()["spec"]!["serviceAccountName"].Text();

        foreach (var binding in objects.Where(one => one.Kind().EndsWith("Binding", StringComparison.Ordinal)))
        {
            var subject = Assert.Single(binding["subjects"].Items());
            Assert.Equal((account, ChartRenderer.Namespace), (subject["name"].Text(), subject["namespace"].Text()));
            var role = binding["roleRef"]!;
            Assert.Contains(objects, one => one.Kind() == role["kind"].Text() && one.Name() == role["name"].Text() && one.Namespace() == binding.Namespace());
        }
        if (values != "existing-account")
            Assert.Equal(account, objects.The("ServiceAccount").Name());
        else
            Assert.DoesNotContain(objects, one => one.Kind() is "ServiceAccount" || Roles.Contains(one.Kind()));
    }

    /// <summary>Bound to nobody: Kubernetes adds its rules to a role of its own.</summary>
    private static bool IsOfUsers(JsonObject role) => role["metadata"]!["labels"] is JsonObject labels && labels.Any(label => label.Key.StartsWith(Aggregate, StringComparison.Ordinal));

    private static List<string> Rules(IEnumerable<JsonObject> objects) =>
        [.. objects.Where(one => Roles.Contains(one.Kind())).SelectMany(role => role["rules"].Items().Select(rule => $"{role.Kind()} {role.Name()}: {rule.ToJsonString()}"))];
}
