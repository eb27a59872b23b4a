using System.Text.Json.Nodes;
using Wandb.Operator.Injection;

namespace Wandb.Operator.Tests.Injection;

public sealed class PodIndexTests
{
    private const string Kubeflow = "training.kubeflow.org/";

    /// <summary>Kind of the controller, labels without their prefix, variables; then the rank ("": not known), and the index for names.</summary>
    [Theory]
    [InlineData("PyTorchJob", "replica-type=master replica-index=0 job-role=master", "RANK=0 WORLD_SIZE=3", "0", "master-0")]
    [InlineData("PyTorchJob", "replica-type=worker replica-index=0", "RANK=1 WORLD_SIZE=3", "1", "worker-0")]
    // Without a master nobody sets RANK: the workers are all.
    [InlineData("PyTorchJob", "replica-type=worker replica-index=0", "", "0", "worker-0")]
    [InlineData("PyTorchJob", "replica-type=worker replica-index=3", "", "3", "worker-3")]
    [InlineData("TFJob", "replica-type=chief replica-index=0 job-role=master", "", "0", "chief-0")]
    [InlineData("TFJob", "replica-type=worker replica-index=0 job-role=master", "", "0", "worker-0")]
    [InlineData("TFJob", "replica-type=worker replica-index=0", "", "1", "worker-0")]
    [InlineData("TFJob", "replica-type=ps replica-index=0", "", "1", "ps-0")]
    [InlineData("JAXJob", "replica-type=worker replica-index=0 job-role=master", "", "0", "worker-0")]
    [InlineData("MPIJob", "replica-type=worker replica-index=0 job-role=worker", "", "", "worker-0")]
    [InlineData("MPIJob", "replica-type=worker replica-index=1 job-role=worker", "", "2", "worker-1")]
    public void Rank_of_a_replica_is_what_its_operator_tells(string controller, string labels, string variables, string rank, string text)
    {
        var index = PodIndex.Of(Pod(labels, Kubeflow, variables), controller);

        Assert.Equal((rank, text), ($"{index.Rank}", index.Text));
    }

    [Theory]
    [InlineData("task-spec=worker task-index=2", "VC_TASK_INDEX=2", "", "worker-2")]
    [InlineData("task-spec=worker", "VC_TASK_INDEX=2 RANK=3", "3", "worker-2")]
    [InlineData("task-spec=worker", "", "", "")]
    public void Task_of_Volcano_is_told_by_its_number(string labels, string variables, string rank, string text)
    {
        var index = PodIndex.Of(Pod(labels, "volcano.sh/", variables), "Job");

        Assert.Equal((rank, text), ($"{index.Rank}", index.Text));
    }

    private static PodView Pod(string labels, string prefix, string variables) => new(new JsonObject
    {
        ["metadata"] = new JsonObject { ["labels"] = new JsonObject(Pairs(labels).Select(pair => KeyValuePair.Create(prefix + pair[0], (JsonNode?)pair[1]))) },
        ["spec"] = new JsonObject
        {
            ["containers"] = new JsonArray(new JsonObject
            {
                ["name"] = "trainer",
                ["env"] = new JsonArray([.. Pairs(variables).Select(pair => new JsonObject { ["name"] = pair[0], ["value"] = pair[1] })]),
            }),
        },
    });

    private static IEnumerable<string[]> Pairs(string text) => text.Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(pair => pair.Split('='));
}
