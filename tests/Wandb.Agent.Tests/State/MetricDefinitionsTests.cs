using CsCheck;
using Wandb.Agent.Records.Wire;
using Wandb.Agent.State;
using Xunit;

namespace Wandb.Agent.Tests.State;

public sealed class MetricDefinitionsTests
{
    private static readonly MetricOptions Defined = new() { Defined = true };

    /// <summary>The records of a run that uses every argument of define_metric.</summary>
    private static readonly MetricRecord[] Records =
    [
        new() { Name = "epoch", Options = Defined },
        new() { GlobName = "val/*", StepMetric = "epoch", Options = new MetricOptions { StepSync = true, Defined = true } },
        new() { Name = "loss", Options = Defined, Summary = new MetricSummary { Min = true } },
        new() { Name = "acc", Options = Defined, Summary = new MetricSummary { Max = true, Mean = true }, Goal = 2 },
        new() { Name = "hid", Options = new MetricOptions { Hidden = true, Defined = true } },
        new() { Name = "nosum", Options = Defined, Summary = new MetricSummary { None = true } },
        new() { Name = "f", Options = Defined, Summary = new MetricSummary { First = true } },
        new() { Name = "implicit", StepMetric = "my_step", Options = new MetricOptions { StepSync = true, Defined = true } },
        new() { Name = "best_one", Options = Defined, Summary = new MetricSummary { Best = true }, Goal = 1 },
        new() { Name = "loss", Options = Defined, Summary = new MetricSummary { Mean = true } },
        new()
        {
            Name = "val/loss", StepMetric = "epoch", Options = new MetricOptions { StepSync = true }, Summary = new MetricSummary(),
            Control = new MetricControl { Overwrite = true }, ExpandedFromGlob = true,
        },
    ];

    [Fact]
    public void Without_server_expansion_the_expanded_names_are_listed() => Assert.Equal(
        """[{"1":"epoch","6":[3],"7":[]},{"1":"loss","6":[3],"7":[1,3]},{"1":"acc","6":[3],"7":[2,3],"8":2},"""
        + """{"1":"hid","6":[2,3],"7":[]},{"1":"nosum","6":[3],"7":[6]},{"1":"f","6":[3],"7":[8]},{"1":"implicit","5":10,"6":[1,3],"7":[]},"""
        + """{"1":"best_one","6":[3],"7":[],"8":1},{"1":"val/loss","5":1,"6":[1,3],"7":[]},{"1":"my_step","6":[],"7":[]}]""",
        Text(All(Records), serverExpandsGlobs: false));

    [Fact]
    public void With_server_expansion_the_globs_are_listed_instead() => Assert.Equal(
        """[{"1":"epoch","6":[3],"7":[]},{"1":"loss","6":[3],"7":[1,3]},{"1":"acc","6":[3],"7":[2,3],"8":2},"""
        + """{"1":"hid","6":[2,3],"7":[]},{"1":"nosum","6":[3],"7":[6]},{"1":"f","6":[3],"7":[8]},{"1":"implicit","5":9,"6":[1,3],"7":[]},"""
        + """{"1":"best_one","6":[3],"7":[],"8":1},{"1":"my_step","6":[],"7":[]},{"2":"val/*","5":1,"6":[1],"7":[]}]""",
        Text(All(Records), serverExpandsGlobs: true));

    [Fact]
    public void None_is_as_the_last_record_with_aggregates_says()
    {
        var metrics = All(
            new MetricRecord { Name = "a", Summary = new MetricSummary { None = true, Last = true } },
            new MetricRecord { Name = "a", Options = new MetricOptions { Hidden = true } });
        Assert.Equal("""[{"1":"a","6":[2,3],"7":[5,6]}]""", Text(metrics));
        metrics.Apply(new MetricRecord { Name = "a", Summary = new MetricSummary() });
        Assert.Equal("""[{"1":"a","6":[2,3],"7":[5]}]""", Text(metrics));
    }

    [Fact]
    public void Overwriting_record_starts_over() => Assert.Equal(
        """[{"1":"a","6":[3],"7":[1]}]""",
        Text(All(
            new MetricRecord { Name = "a", StepMetric = "s", Options = new MetricOptions { Hidden = true }, Goal = 2 },
            new MetricRecord { Name = "a", Summary = new MetricSummary { Min = true }, Control = new MetricControl { Overwrite = true } })));

    [Fact]
    public void Metric_may_be_its_own_step() => Assert.Equal("""[{"1":"a","5":1,"6":[3],"7":[]}]""", Text(All(new MetricRecord { Name = "a", StepMetric = "a" })));

    [Fact]
    public void Record_that_only_names_an_axis_defines_nothing() => Assert.Equal("[]", Text(All(new MetricRecord { StepMetric = "s" }, new MetricRecord())));

    [Fact]
    public void Snapshot_and_restore_anywhere_changes_nothing()
    {
        var record = Gen.Select(
            Gen.OneOf("", "a", "b", "x/y"),
            Gen.OneOf("", "s", "a"),
            Gen.Bool.Array[8],
            Gen.Int[0, 2],
            (name, step, on, goal) => new MetricRecord
            {
                Name = name,
                GlobName = on[0] ? "x/*" : "",
                StepMetric = step,
                Options = new MetricOptions { StepSync = on[1], Hidden = on[2] },
                Summary = on[3] ? new MetricSummary { Min = on[4], None = on[5] } : null,
                Goal = goal,
                Control = new MetricControl { Overwrite = on[6] },
                ExpandedFromGlob = on[7],
            });
        Gen.Select(record.List[0, 12], Gen.Int[0, 12]).Sample((records, cut) =>
        {
            var whole = new MetricDefinitions();
            var parted = new MetricDefinitions();
            for (var i = 0; i < records.Count; i++)
            {
                parted = i == cut ? MetricDefinitions.FromSnapshot(parted.ToSnapshot()) : parted;
                whole.Apply(records[i]);
                parted.Apply(records[i]);
            }

            Assert.Equal(Text(whole, serverExpandsGlobs: false), Text(parted, serverExpandsGlobs: false));
            Assert.Equal(Text(whole, serverExpandsGlobs: true), Text(parted, serverExpandsGlobs: true));
        });
    }

    private static MetricDefinitions All(params MetricRecord[] records)
    {
        var metrics = new MetricDefinitions();
        foreach (var record in records)
        {
            metrics.Apply(record);
        }

        return metrics;
    }

    private static string Text(MetricDefinitions metrics, bool serverExpandsGlobs = false) => JsonTexts.Of(writer => metrics.WriteTo(writer, serverExpandsGlobs));
}
