using System.Text;
using System.Text.Json.Nodes;
using Wandb.Operator.Admission;
using Wandb.Operator.Injection;
using Wandb.Operator.Resources;

namespace Wandb.Operator.Tests.Injection;

public sealed class PythonHookTests
{
    private const int MaxAnnotationBytes = 256 * 1024;

    [Fact]
    public void Hook_of_the_repository_is_what_pods_get() =>
        Assert.Equal(File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "hook", PythonHook.FileName)), PythonHook.Text);

    [Theory]
    [InlineData(MaxAnnotationBytes - 30_000, true)]
    [InlineData(MaxAnnotationBytes - 10_000, false)]
    public void Pod_whose_annotations_leave_no_room_is_injected_without(int bytes, bool hasHook)
    {
        var pod = Pod("team/notes", new string('ä', bytes / 2));

        var patch = Assert.IsType<AdmissionDecision.Patch>(PodAdmission.Decide(pod, Around));

        var annotations = new PodView(JsonPatch.Apply(pod, patch.Operations)).Annotations;
        Assert.Equal(hasHook, annotations.ContainsKey(InjectionKeys.PythonHook));
        Assert.True(annotations.Sum(pair => Encoding.UTF8.GetByteCount(pair.Key) + Encoding.UTF8.GetByteCount(pair.Value)) < MaxAnnotationBytes);
        Assert.NotNull(patch.Plan?.Agent);
        Assert.Equal(hasHook, patch.Warnings.All(problem => !problem.Message.StartsWith("pythonHook needs", StringComparison.Ordinal)));
        Assert.Equal(hasHook, patch.Plan!.Containers[0].Variables.Added.Any(variable => variable.Name == "PYTHONPATH"));
        Assert.Equal(hasHook, patch.Plan!.Volumes.Any(volume => volume["downwardAPI"] is not null));
    }

    [Fact]
    public void Text_that_the_pod_has_already_takes_no_room_twice()
    {
        var pod = Pod(InjectionKeys.PythonHook, new string('#', MaxAnnotationBytes - 1_000));

        var patch = Assert.IsType<AdmissionDecision.Patch>(PodAdmission.Decide(pod, Around));

        Assert.Equal(PythonHook.Text, new PodView(JsonPatch.Apply(pod, patch.Operations)).Annotations[InjectionKeys.PythonHook]);
    }

    private static PodSurroundings Around { get; } = new()
    {
        Namespace = "n",
        Run = new WandbRun { Metadata = new ObjectMeta { Name = "r" }, Spec = new WandbRunSpec { Project = "p", PythonHook = true } },
        Defaults = new OperatorDefaults { AgentImage = "agent:1" },
    };

    private static JsonObject Pod(string annotation, string value) => new()
    {
        ["metadata"] = new JsonObject { ["name"] = "p", ["annotations"] = new JsonObject { [InjectionKeys.Run] = "r", [annotation] = value } },
        ["spec"] = new JsonObject { ["containers"] = new JsonArray(new JsonObject { ["name"] = "trainer", ["image"] = "i" }) },
    };
}
