using System.Text;
using System.Text.Json.Nodes;
using Wandb.Operator.Admission;
using Wandb.Operator.Injection;
using Wandb.Operator.Resources;

namespace Wandb.Operator.Tests.Admission;

/// <summary>An API server takes 256 KiB of annotations, and refuses a pod that has more: without us it would start.</summary>
public sealed class AnnotationRoomTests
{
    private const int Limit = 256 * 1024;

    [Theory]
    [InlineData(0, true)]
    [InlineData(230_000, true)]
    [InlineData(Limit - 60, true)]
    [InlineData(Limit - 60, false)]
    [InlineData(Limit - 300, false)]
    [InlineData(0, false)]
    public void Pod_is_never_refused_for_annotations_of_ours(int taken, bool isThere)
    {
        var pod = Pod(taken);

        var decision = PodAdmission.Decide(pod, Around(isThere ? Run() : null));

        var operations = decision switch
        {
            AdmissionDecision.Patch patch => patch.Operations,
            AdmissionDecision.Miss miss => miss.Operations,
            _ => throw new Xunit.Sdk.XunitException(decision.ToString()!),
        };
        Assert.InRange(Bytes(JsonPatch.Apply(pod, operations)), 1, Limit);
        Assert.Equal(isThere && taken < 100_000, decision is AdmissionDecision.Patch);
        Assert.Contains(operations, operation => operation.Path.Contains("labels", StringComparison.Ordinal));
    }

    [Fact]
    public void That_there_is_no_room_is_told()
    {
        var problem = Assert.Single(Assert.IsType<AdmissionDecision.Miss>(PodAdmission.Decide(Pod(230_000), Around(Run()))).Problems);

        Assert.Equal(ProblemReasons.NoRoom, problem.Reason);
        Assert.Matches("^the injection needs [0-9]+ bytes of annotations; the pod's own are 230000, and an API server takes 262144$", problem.Message);
    }

    private static int Bytes(JsonObject pod) =>
        JsonRead.Texts(pod["metadata"]!["annotations"]).Sum(annotation => Encoding.UTF8.GetByteCount(annotation.Key) + Encoding.UTF8.GetByteCount(annotation.Value));

    /// <summary>Its <c>envFrom</c> makes a file of the settings, which travels as an annotation.</summary>
    private static JsonObject Pod(int taken)
    {
        var pod = JsonNode.Parse("""
            {"metadata":{"name":"p","annotations":{"wandb-operator.io/run":"r"}},"spec":{"containers":[{"name":"c","image":"i","envFrom":[{"secretRef":{"name":"s"}}]}]}}
            """)!.AsObject();
        if (taken > 0)
            pod["metadata"]!["annotations"]!["x"] = new string('x', taken - Bytes(pod) - 1);
        return pod;
    }

    private static WandbRun Run() => new()
    {
        Metadata = new ObjectMeta { Name = "r", Uid = "u" },
        Spec = new WandbRunSpec
        {
            Env = "HOST PROGRAM USERNAME EMAIL GIT_COMMIT GIT_REMOTE_URL X_LABEL SWEEP_ID SWEEP_PARAM_PATH".Split(' ')
                .ToDictionary(name => $"WANDB_{name}", _ => new string('y', 4096)),
            Notes = new string('z', 10_000),
            Project = "p",
            Group = "g",
        },
    };

    private static PodSurroundings Around(WandbRun? run) => new() { Namespace = "n", Run = run, Defaults = new OperatorDefaults { AgentImage = "agent:1" } };
}
