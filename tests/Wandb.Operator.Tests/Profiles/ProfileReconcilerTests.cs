using System.Text.Json;
using System.Text.Json.Nodes;
using Wandb.Operator.Resources;
using Wandb.Operator.Tests.Runs;

namespace Wandb.Operator.Tests.Profiles;

public sealed class ProfileReconcilerTests : IAsyncLifetime
{
    private const string Profiles = "/apis/wandb-operator.io/v1alpha1/namespaces/default/wandbprofiles";

    private LocalRuns? _cluster;

    private LocalRuns Cluster => _cluster!;

    public async ValueTask InitializeAsync() => _cluster = await LocalRuns.StartAsync();

    public ValueTask DisposeAsync() => Cluster.DisposeAsync();

    [Fact]
    public async Task Profile_tells_which_runs_use_it_and_is_written_by_the_operator_alone()
    {
        await CreateAsync("default");
        await CreateAsync("team");
        await UntilAsync("default", status => status.Runs == 0);

        await Cluster.CreateRunAsync("a");
        await Cluster.CreateRunAsync("b", """{"profile":"team"}""");
        await UntilAsync("default", status => status.Runs == 1);
        var team = await UntilAsync("team", status => status.Runs == 1);
        await Cluster.DeleteRunAsync("b");
        await UntilAsync("team", status => status.Runs == 0);

        Assert.Equal("1 WandbRun of the namespace uses it: b", team.Conditions!.Single(condition => condition.Type == "InUse").Message);
        Assert.Equal(("Secret", "key", "NotReadable"), (team.References![0].Kind, team.References[0].Name, team.References[0].State));
    }

    [Fact]
    public async Task Restart_of_the_operator_writes_nothing()
    {
        await CreateAsync("default");
        await Cluster.CreateRunAsync("a");
        await UntilAsync("default", status => status.Runs == 1);
        await Cluster.UntilStatusAsync("a", _ => true);
        await Cluster.StopOperatorAsync();
        var writes = Cluster.Writes;

        var looked = Cluster.Metrics.CountAsync("wandb.operator.reconcile.duration s wandb.controller=wandbprofiles");
        await Cluster.StartOperatorAsync();
        await looked;

        Assert.Equal(writes, Cluster.Writes);
    }

    private Task CreateAsync(string name) => Cluster.CreateAsync(
        Profiles, $$$"""{"apiVersion":"wandb-operator.io/v1alpha1","kind":"WandbProfile","metadata":{"name":"{{{name}}}"},"spec":{"apiKeySecretRef":{"name":"key"} } }""");

    private async Task<WandbProfileStatus> UntilAsync(string name, Func<WandbProfileStatus, bool> isReached)
    {
        WandbProfileStatus? Read(JsonNode node) => node.Deserialize(OperatorJson.Default.WandbProfile)!.Status;
        return Read(await Cluster.UntilAsync(Profiles, name, node => Read(node) is { } status && isReached(status)))!;
    }
}
