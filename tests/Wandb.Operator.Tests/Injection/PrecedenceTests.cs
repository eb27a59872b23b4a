using Wandb.Operator.Injection;
using Wandb.Operator.Resources;

namespace Wandb.Operator.Tests.Injection;

/// <summary>The table of docs/precedence.md: of two layers that say something the upper one holds.</summary>
public sealed class PrecedenceTests
{
    private static readonly string[] Layers = ["pod annotation", "pod label", "label of Job j", "WandbRun r", "WandbProfile p", "chart values"];

    public static TheoryData<int, int> Pairs()
    {
        var pairs = new TheoryData<int, int>();
        for (var upper = 0; upper < Layers.Length; upper++)
        {
            for (var lower = upper + 1; lower < Layers.Length; lower++)
                pairs.Add(upper, lower);
        }
        return pairs;
    }

    [Theory]
    [MemberData(nameof(Pairs))]
    public void Upper_layer_beats_lower_layer(int upper, int lower)
    {
        var group = Settings([upper, lower]).Group!;

        Assert.Equal((Layers[upper], Layers[upper]), (group.Value, group.Origin.ToString()));
    }

    [Fact]
    public void Layer_that_says_nothing_is_passed_over()
    {
        for (var only = 0; only < Layers.Length; only++)
            Assert.Equal(Layers[only], Settings([only]).Group!.Origin.ToString());
        Assert.Null(Settings([]).Group);
    }

    [Fact]
    public void Maps_are_merged_name_by_name()
    {
        var run = new WandbRunSpec { Env = new Dictionary<string, string> { ["WANDB_A"] = "run", ["WANDB_B"] = "run" } };
        var profile = new WandbProfileSpec { Env = new Dictionary<string, string> { ["WANDB_B"] = "profile", ["WANDB_C"] = "profile" } };

        var env = Of(Request(), run, profile, new WandbProfileSpec()).Env;

        Assert.Equal(["WANDB_A=run", "WANDB_B=run", "WANDB_C=profile"], env.Select(pair => $"{pair.Key}={pair.Value.Value}"));
        Assert.Equal("WandbProfile p", env["WANDB_C"].Origin.ToString());
    }

    [Fact]
    public void Lists_are_not_merged()
    {
        var tags = Of(Request(), new WandbRunSpec { Tags = ["a"] }, new WandbProfileSpec { Tags = ["b", "c"] }, new WandbProfileSpec()).Tags!;

        Assert.Equal(["a"], tags.Value);
    }

    [Fact]
    public void Parts_of_an_object_come_each_from_its_own_layer()
    {
        var settings = Of(
            Request(),
            new WandbRunSpec { Sync = new SyncSettings { DrainSeconds = 9 } },
            new WandbProfileSpec { Sync = new SyncSettings { Policy = SyncPolicy.AtExit, DrainSeconds = 5 } },
            new WandbProfileSpec { Sync = new SyncSettings { DeleteAfter = "1h" } });

        Assert.Equal((9, SyncPolicy.AtExit, "1h"), (settings.DrainSeconds!.Value, settings.SyncPolicy!.Value, settings.DeleteAfter!.Value));
    }

    [Fact]
    public void Mode_is_offline_where_nobody_says_anything_and_dryrun_is_offline()
    {
        Assert.Equal(new Setting<RunMode>(RunMode.Offline, Origin.BuiltIn), Settings([]).Mode);
        Assert.Equal(RunMode.Offline, Of(Request(), new WandbRunSpec { Mode = RunMode.DryRun }, null, new WandbProfileSpec()).Mode.Value);
    }

    private static EffectiveSettings Settings(int[] said)
    {
        string? Says(int layer) => said.Contains(layer) ? Layers[layer] : null;

        var annotations = new Dictionary<string, string> { [InjectionKeys.Run] = "r" };
        if (Says(0) is { } annotation)
            annotations[InjectionKeys.Group] = annotation;
        PodOwner Owner(string kind, string name, int layer) => new() { Kind = kind, Name = name, Labels = Labels(Says(layer)) };
        var request = InjectionAnnotations.Read(annotations, Labels(Says(1)), [Owner("Job", "j", 2)], out var problems);
        Assert.Empty(problems);
        return Of(request, new WandbRunSpec { Group = Says(3) }, new WandbProfileSpec { Group = Says(4) }, new WandbProfileSpec { Group = Says(5) });
    }

    private static Dictionary<string, string> Labels(string? group) => group is null ? [] : new() { [InjectionKeys.Group] = group };

    private static InjectionRequest Request() => new() { Run = "r", Layers = [] };

    private static EffectiveSettings Of(InjectionRequest request, WandbRunSpec run, WandbProfileSpec? profile, WandbProfileSpec chart) =>
        EffectiveSettings.Of(
            request,
            new WandbRun { Metadata = new ObjectMeta { Name = "r" }, Spec = run },
            profile is null ? null : new WandbProfile { Metadata = new ObjectMeta { Name = "p" }, Spec = profile },
            chart);
}
