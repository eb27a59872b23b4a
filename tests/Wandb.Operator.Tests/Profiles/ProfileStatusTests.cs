using Wandb.Operator.Profiles;
using Wandb.Operator.Resources;
using Wandb.Operator.Statuses;
using Wandb.Operator.Tests.Runs;

namespace Wandb.Operator.Tests.Profiles;

public sealed class ProfileStatusTests
{
    private static readonly WandbProfileSpec Full = new()
    {
        ApiKeySecretRef = new SecretKeyReference { Name = "key" },
        CaBundle = new ConfigMapKeyReference { Name = "ca" },
        Storage = new StorageSettings { PersistentVolumeClaim = new ClaimSettings { ClaimName = "runs" } },
        Agent = new AgentSettings { ImagePullSecrets = [new LocalReference { Name = "pull" }, new LocalReference { Name = "key" }] },
    };

    /// <summary>Spec, runs; then InUse, ReferencesFound, RunsAllowed with their reasons.</summary>
    private static readonly IReadOnlyDictionary<string, (WandbProfileSpec Spec, WandbRun[] Runs, string Expected)> Cases =
        new Dictionary<string, (WandbProfileSpec, WandbRun[], string)>(StringComparer.Ordinal)
        {
            ["empty"] = (new(), [], "False/NoRuns True/NoReferences True/AllAllowed"),
            ["used"] = (new(), [Run("a"), Run("b")], "True/Used True/NoReferences True/AllAllowed"),
            ["with references"] = (Full, [], "False/NoRuns Unknown/NotReadable True/AllAllowed"),
            ["allowed project"] = (new() { AllowedProjects = ["p"] }, [Run("a", "p")], "True/Used True/NoReferences True/AllAllowed"),
            ["other project"] = (new() { AllowedProjects = ["p"] }, [Run("a", "q")], "True/Used True/NoReferences False/RunNotAllowed"),
            ["no project"] = (new() { AllowedProjects = ["p"] }, [Run("a")], "True/Used True/NoReferences True/AllAllowed"),
            ["own entity"] = (new() { Entity = "e", AllowedEntities = ["f"] }, [], "False/NoRuns True/NoReferences False/OwnValueNotAllowed"),
        };

    public static TheoryData<string> Names => [.. Cases.Keys];

    [Theory]
    [MemberData(nameof(Names))]
    public void Observation_gives_its_status_and_the_same_one_when_looked_at_again(string name)
    {
        var (spec, runs, expected) = Cases[name];
        var observation = new ProfileObservation { Spec = spec, Generation = 3, Runs = runs, Now = Observed.Now };

        var status = ProfileStatusComputation.Of(observation);
        var again = ProfileStatusComputation.Of(observation with { Runs = [.. runs.Reverse()], Previous = status, Now = Observed.Now.AddMinutes(5) });

        Assert.Equal(expected, string.Join(' ', status.Conditions!.Select(condition => $"{condition.Status}/{condition.Reason}")));
        Assert.All(status.Conditions!, condition => Assert.NotEmpty(condition.Message));
        Assert.Equal((3L, runs.Length), (status.ObservedGeneration, status.Runs));
        Assert.Equal(StatusChange.None, ProfileStatusKind.Value.Change(status, again));
    }

    [Fact]
    public void Each_reference_stands_there_once_and_says_why_it_is_not_checked()
    {
        var status = ProfileStatusComputation.Of(new ProfileObservation { Spec = Full, Now = Observed.Now });

        Assert.Equal(
            ["ConfigMap ca NotReadable", "PersistentVolumeClaim runs NotReadable", "Secret key NotReadable", "Secret pull NotReadable"],
            status.References!.Select(reference => $"{reference.Kind} {reference.Name} {reference.State}"));
        Assert.Equal("not checked: the operator may not read Secrets in other namespaces than its own", status.References![2].Message);
    }

    [Fact]
    public void Sentences_name_runs_and_values()
    {
        var status = ProfileStatusComputation.Of(new ProfileObservation
        {
            Spec = new() { AllowedProjects = ["p1", "p2", "p3", "p4", "p5"] },
            Runs = [Run("d", "q"), Run("c"), Run("b"), Run("a")],
            Now = Observed.Now,
        });

        Assert.Equal("4 WandbRuns of the namespace use it: a, b, c and 1 more", status.Conditions![0].Message);
        Assert.Equal("pods of 1 WandbRun are not injected; d: project 'q' is not among those that it allows: p1, p2, p3 and 2 more", status.Conditions[2].Message);
    }

    [Fact]
    public void One_run_more_is_progress_and_the_first_one_is_a_state()
    {
        WandbProfileStatus Of(params WandbRun[] runs) => ProfileStatusComputation.Of(new ProfileObservation { Spec = new(), Runs = runs, Now = Observed.Now });

        Assert.Equal(StatusChange.State, ProfileStatusKind.Value.Change(null, Of()));
        Assert.Equal(StatusChange.State, ProfileStatusKind.Value.Change(Of(), Of(Run("a"))));
        Assert.Equal(StatusChange.Progress, ProfileStatusKind.Value.Change(Of(Run("a")), Of(Run("a"), Run("b"))));
    }

    private static WandbRun Run(string name, string? project = null) => new() { Metadata = new ObjectMeta { Name = name }, Spec = new WandbRunSpec { Project = project } };
}
