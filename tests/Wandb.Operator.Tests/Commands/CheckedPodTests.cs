using System.Text.Json;
using System.Text.Json.Nodes;
using Wandb.Operator.Commands;
using Wandb.Operator.Watching;

namespace Wandb.Operator.Tests.Commands;

public sealed class CheckedPodTests
{
    [Fact]
    public void Pod_that_comes_back_with_our_label_and_its_sidecar_reaches_the_operator() =>
        Assert.Equal((true, "pods of namespace team-a reach the operator"), CheckedPod.Verdict(Answer(Labelled()), "team-a"));

    /// <summary>What an API server of 1.29 answers with <c>--feature-gates=SidecarContainers=false</c>: the member is dropped, without a word.</summary>
    [Fact]
    public void Api_server_that_drops_native_sidecars_is_told_although_the_operator_is_reached()
    {
        var pod = Labelled();
        pod["spec"]!["initContainers"]![0]!.AsObject().Remove("restartPolicy");

        var (isReached, sentence) = CheckedPod.Verdict(Answer(pod), "team-a");

        Assert.False(isReached);
        Assert.Contains("feature gate SidecarContainers", sentence, StringComparison.Ordinal);
        Assert.Contains("team-a", sentence, StringComparison.Ordinal);
    }

    [Fact]
    public void Pod_without_our_label_did_not_reach_the_operator()
    {
        var (isReached, sentence) = CheckedPod.Verdict(Answer(CheckedPod.Manifest()), "team-a");

        Assert.False(isReached);
        Assert.Contains("did not reach the operator", sentence, StringComparison.Ordinal);
    }

    private static JsonObject Labelled()
    {
        var pod = CheckedPod.Manifest();
        pod["metadata"]!["labels"] = new JsonObject { ["wandb-operator.io/run"] = "wandb-operator-check" };
        return pod;
    }

    private static ApiOutcome.Done Answer(JsonObject pod) => new(201, JsonSerializer.SerializeToElement(pod));
}
