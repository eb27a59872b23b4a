using System.Text.Json.Nodes;
using Microsoft.Extensions.DependencyInjection;
using Wandb.Operator.Injection;
using Wandb.Operator.Serving;
using Wandb.Operator.Watching;
using Wandb.Sandbox.Cluster.Api;

namespace Wandb.Operator.Tests.Serving;

/// <summary>What the manifests of <c>deploy/</c> allow: no more than is meant, and all that the running operator asks for.</summary>
public sealed class RightsTests
{
    private static readonly string[] Reading = ["get", "list", "watch"];

    private static readonly IReadOnlyList<JsonNode> Manifests =
        [.. Directory.GetFiles(Path.Combine(AppContext.BaseDirectory, "deploy"), "*.yaml").Order(StringComparer.Ordinal).SelectMany(file => OperatorCluster.Read(file))];

    /// <summary>Everything, written out: who adds a right changes this test as well.</summary>
    [Fact]
    public void Rights_are_these_and_no_others()
    {
        var rights = Grants().SelectMany(grant => grant.Resources.Select(resource =>
            $"{(grant.Namespace.Length == 0 ? "everywhere" : "in " + grant.Namespace)}: {string.Join(' ', grant.Verbs)} {resource}{(grant.Names.Count == 0 ? "" : " " + string.Join(' ', grant.Names))}"));

        Assert.Equal(
            [
                "everywhere: create patch events",
                "everywhere: create tokenreviews.authentication.k8s.io",
                "everywhere: get list watch jobs.batch",
                "everywhere: get list watch limitranges",
                "everywhere: get list watch nodes",
                "everywhere: get list watch patch mutatingwebhookconfigurations.admissionregistration.k8s.io wandb-operator",
                "everywhere: get list watch pods",
                "everywhere: get list watch resourcequotas",
                "everywhere: get list watch wandbprofiles.wandb-operator.io",
                "everywhere: get list watch wandbruns.wandb-operator.io",
                "everywhere: patch wandbprofiles/status.wandb-operator.io",
                "everywhere: patch wandbruns/status.wandb-operator.io",
                "in wandb-operator: create leases.coordination.k8s.io",
                "in wandb-operator: create secrets",
                "in wandb-operator: get list watch update secrets wandb-operator-certificate",
                "in wandb-operator: get update leases.coordination.k8s.io wandb-operator",
            ],
            rights.Order(StringComparer.Ordinal));
    }

    [Fact]
    public void Secrets_are_seen_in_the_own_namespace_alone_and_workloads_are_never_written()
    {
        Assert.All(Grants().Where(grant => grant.Resources.Any(resource => resource.Split('.')[0] is "secrets" or "*")), grant => Assert.Equal(OperatorCluster.Namespace, grant.Namespace));
        Assert.All(
            Grants().Where(grant => grant.Resources.Any(resource => resource.Split('.', '/')[0] is "pods" or "jobs")),
            grant => Assert.Empty(grant.Verbs.Except(Reading, StringComparer.Ordinal)));
        Assert.All(
            Grants().Where(grant => grant.Resources.Any(resource => resource is "wandbruns.wandb-operator.io" or "wandbprofiles.wandb-operator.io")),
            grant => Assert.Empty(grant.Verbs.Except(Reading, StringComparer.Ordinal)));
        Assert.DoesNotContain(Grants(), grant => grant.Verbs.Contains("*") || grant.Resources.Any(resource => resource.Contains('*', StringComparison.Ordinal)));
    }

    [Fact]
    public async Task Everything_that_the_operator_asks_for_is_allowed()
    {
        await using var cluster = await OperatorCluster.StartAsync();
        var leader = await cluster.StartReplicaAsync(OperatorCluster.Options("a"));
        cluster.Route(leader);
        await OperatorCluster.UntilReadyAsync(leader);
        await OperatorCluster.UntilAsync(() => Task.FromResult(leader.Services.GetRequiredService<ILeadership>().IsLeader), "led");
        var other = await cluster.StartReplicaAsync(OperatorCluster.Options("b"));
        await OperatorCluster.UntilReadyAsync(other);

        await cluster.CreateAsync("/apis/wandb-operator.io/v1alpha1/namespaces/default/wandbruns", """{"apiVersion":"wandb-operator.io/v1alpha1","kind":"WandbRun","metadata":{"name":"r"},"spec":{"project":"demo"}}""");
        await OperatorCluster.UntilAsync(() => Task.FromResult(Caches(leader, "wandbruns").All(cache => cache.Count == 1)), "known");
        await cluster.CreateAsync(OperatorCluster.Pods, """{"metadata":{"name":"p","annotations":{"wandb-operator.io/run":"r"}},"spec":{"nodeSelector":{"no":"node"},"containers":[{"name":"c","image":"sandbox/host"}]}}""");
        await OperatorCluster.UntilAsync(() => Task.FromResult(Caches(leader, "pods").All(cache => cache.Count == 1)), "seen");
        await cluster.Api.SendAsync(new ApiRequest(HttpMethod.Delete, OperatorCluster.SecretPath), OperatorCluster.Token);
        await OperatorCluster.UntilAsync(async () => await cluster.CertificatesAsync() is not null, "back");
        await cluster.StopAsync(leader);

        var asked = cluster.OperatorRequests.Distinct().ToList();
        Assert.Contains(asked, request => request is { Resource: "leases", Verb: "update" });
        Assert.Contains(asked, request => request is { Resource: "secrets", Verb: "create" });
        Assert.Empty(asked.Where(request => !Grants().Any(grant => grant.Allows(request))).Select(request => request.ToString()));
    }

    [Fact]
    public async Task With_named_namespaces_nothing_is_asked_about_others()
    {
        await using var cluster = await OperatorCluster.StartAsync();
        foreach (var name in new[] { "team-a", "team-b", "team-c" })
            await cluster.CreateAsync("/api/v1/namespaces", $$$"""{"metadata":{"name":"{{{name}}}"}}""");
        var options = OperatorCluster.Options("a");
        options.WatchNamespaces = ["team-a", "team-b"];
        var server = await cluster.StartReplicaAsync(options);
        await OperatorCluster.UntilReadyAsync(server);
        foreach (var name in new[] { "team-a", "team-b", "team-c" })
            await cluster.CreateAsync($"/apis/wandb-operator.io/v1alpha1/namespaces/{name}/wandbruns", """{"apiVersion":"wandb-operator.io/v1alpha1","kind":"WandbRun","metadata":{"name":"r"},"spec":{"project":"demo"}}""");

        await OperatorCluster.UntilAsync(() => Task.FromResult(Caches(server, "wandbruns").All(cache => cache.Count == 2)), "known");

        // Nodes and webhooks belong to no namespace.
        var asked = cluster.OperatorRequests.Where(request => request.Resource is not ("nodes" or "mutatingwebhookconfigurations" or "tokenreviews")).Select(request => request.Namespace).Distinct();
        Assert.Equal(["team-a", "team-b", OperatorCluster.Namespace], asked.Order(StringComparer.Ordinal));
    }

    private static IEnumerable<IResourceCache> Caches(OperatorServer server, string name) => server.Services.GetServices<IResourceCache>().Where(cache => cache.Name == name);

    private static IEnumerable<Grant> Grants() =>
        from binding in Manifests
        where (string?)binding["kind"] is "RoleBinding" or "ClusterRoleBinding"
        let role = Manifests.Single(one => (string?)one["kind"] == (string?)binding["roleRef"]!["kind"] && (string?)one["metadata"]!["name"] == (string?)binding["roleRef"]!["name"])
        from rule in role["rules"]!.AsArray()
        select new Grant(
            (string?)binding["metadata"]!["namespace"] ?? "",
            Texts(rule!["verbs"]),
            [.. from apiGroup in Texts(rule["apiGroups"]) from resource in Texts(rule["resources"]) select apiGroup.Length == 0 ? resource : $"{resource}.{apiGroup}"],
            Texts(rule["resourceNames"]));

    private static List<string> Texts(JsonNode? list) => [.. list?.AsArray().Select(JsonRead.Text).OfType<string>() ?? []];

    /// <param name="Namespace">"": in all, and for kinds without.</param>
    /// <param name="Resources">"jobs.batch".</param>
    /// <param name="Names">Empty: any.</param>
    private sealed record Grant(string Namespace, IReadOnlyList<string> Verbs, IReadOnlyList<string> Resources, IReadOnlyList<string> Names)
    {
        public bool Allows(ClusterRequest request) =>
            (Namespace.Length == 0 || Namespace == request.Namespace)
            && Verbs.Contains(request.Verb)
            && Resources.Contains(request.Group.Length == 0 ? request.Resource : $"{request.Resource}.{request.Group}")
            && (Names.Count == 0 || Names.Contains(request.Name));
    }
}
