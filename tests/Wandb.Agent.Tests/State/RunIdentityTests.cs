using CsCheck;
using Wandb.Agent.Records.Wire;
using Wandb.Agent.State;
using Xunit;

namespace Wandb.Agent.Tests.State;

public sealed class RunIdentityTests
{
    private static RunRecord First => new()
    {
        RunId = "midrun7178",
        Project = "demo",
        DisplayName = "first name",
        Notes = "first notes",
        Tags = { "t1", "t2" },
        Host = "trainer-0",
        StartTime = new Timestamp { Seconds = 1795519184, Nanos = 944210000 },
    };

    [Fact]
    public void Later_records_change_only_fields_that_are_not_empty()
    {
        var identity = new RunIdentity(RunOverrides.None);
        Assert.False(identity.IsKnown);
        identity.Apply(First);
        identity.Apply(new RunRecord { RunId = "midrun7178", DisplayName = "second name", Tags = { "only" }, StartTime = new Timestamp { Seconds = 1 } });
        identity.Apply(new RunRecord { RunId = "midrun7178", Notes = "second notes" });
        Assert.True(identity.IsKnown);
        Assert.Equal(("demo", "", "second name"), (identity.Project, identity.Entity, identity.DisplayName));
        Assert.Equal(["only"], identity.Tags);
        Assert.Equal("second notes", identity.Variables.Notes);
        Assert.Equal(DateTimeOffset.FromUnixTimeSeconds(1795519184).AddTicks(9442100), identity.StartTime);
    }

    [Fact]
    public void Command_line_wins_over_every_record()
    {
        var identity = new RunIdentity(new RunOverrides
        {
            Entity = "team",
            Project = "other",
            RunId = "new",
            Group = "g",
            JobType = "j",
            DisplayName = "n",
            ReplaceTags = new Dictionary<string, string> { ["t1"] = "one", ["t2"] = "" },
        });
        identity.Apply(First);
        identity.Apply(new RunRecord { RunId = "midrun7178", Entity = "e", Project = "p", RunGroup = "x", DisplayName = "y", Tags = { "t1", "t2", "t3" } });
        Assert.Equal(("team", "other", "new", "midrun7178"), (identity.Entity, identity.Project, identity.RunId, identity.RecordedRunId));
        Assert.Equal(("g", "j", "n"), (identity.Variables.GroupName, identity.Variables.JobType, identity.Variables.DisplayName));
        Assert.Equal(["one", "t3"], identity.Tags);
    }

    [Fact]
    public void Program_and_missing_host_come_from_the_environment()
    {
        var identity = new RunIdentity(RunOverrides.None);
        identity.Apply(new RunRecord { RunId = "r", Git = new GitRepoRecord { RemoteUrl = "https://git.example.com/team/demo.git", Commit = "b287" } });
        identity.Apply(new EnvironmentRecord { Program = "/w/train.py", Host = "trainer-0" });
        identity.Apply(new EnvironmentRecord { CpuCount = 2 });
        Assert.Equal(("/w/train.py", "trainer-0"), (identity.Variables.Program, identity.Variables.Host));
        Assert.Equal(("https://git.example.com/team/demo.git", "b287"), (identity.Variables.Repo, identity.Variables.Commit));
        identity.Apply(First);
        identity.Apply(new EnvironmentRecord { Host = "elsewhere" });
        Assert.Equal("trainer-0", identity.Variables.Host);
    }

    [Fact]
    public void Pending_changes_are_what_the_server_has_not_acknowledged()
    {
        var identity = new RunIdentity(RunOverrides.None);
        identity.Apply(First);
        Assert.Equal("first name", identity.PendingChanges.DisplayName);
        Assert.Null(identity.PendingChanges.GroupName);

        var sent = identity.Variables;
        identity.Apply(new RunRecord { RunId = "midrun7178", DisplayName = "changed while the request was under way", Tags = { "t1", "t2" } });
        identity.Acknowledge(sent);
        Assert.Equal(new UpsertVariables { DisplayName = "changed while the request was under way" }, identity.PendingChanges);

        identity.Acknowledge(identity.Variables);
        Assert.True(identity.PendingChanges.IsEmpty);
        identity.Apply(new RunRecord { RunId = "midrun7178", Tags = { "t2", "t1" } });
        Assert.Equal(["t2", "t1"], identity.PendingChanges.Tags);
    }

    [Fact]
    public void Fork_and_starting_step_are_kept()
    {
        var identity = new RunIdentity(RunOverrides.None);
        identity.Apply(new RunRecord { RunId = "fork0001", StartingStep = 8, BranchPoint = new BranchPoint { Run = "base0001", Value = 7, Metric = "_step" } });
        identity.Apply(new RunRecord { RunId = "fork0001", BranchPoint = new BranchPoint() });
        Assert.Equal(new BranchOrigin("base0001", 7, "_step"), identity.BranchPoint);
        Assert.Equal(8, identity.StartingStep);
    }

    [Fact]
    public void Snapshot_and_restore_anywhere_changes_nothing()
    {
        var overrides = new RunOverrides { Project = "p", ReplaceTags = new Dictionary<string, string> { ["a"] = "z" } };
        var record = Gen.Select(
            Gen.OneOf("", "a", "b"),
            Gen.OneOf("", "a", "b"),
            Gen.OneOf("a", "b").Array[0, 2],
            Gen.Long[0, 2],
            (name, notes, tags, step) => new RunRecord { RunId = "r", DisplayName = name, Notes = notes, Tags = { tags }, StartingStep = step });
        Gen.Select(record.List[0, 8], Gen.Int[0, 8], Gen.Int[0, 8]).Sample((records, cut, acknowledged) =>
        {
            var whole = new RunIdentity(overrides);
            var parted = new RunIdentity(overrides);
            for (var i = 0; i < records.Count; i++)
            {
                parted = i == cut ? RunIdentity.FromSnapshot(parted.ToSnapshot(), overrides) : parted;
                whole.Apply(records[i]);
                parted.Apply(records[i]);
                if (i == acknowledged)
                {
                    whole.Acknowledge(whole.Variables);
                    parted.Acknowledge(parted.Variables);
                }
            }

            Assert.Equivalent(whole.Variables, parted.Variables, strict: true);
            Assert.Equivalent(whole.PendingChanges, parted.PendingChanges, strict: true);
            Assert.Equal(whole.StartingStep, parted.StartingStep);
        });
    }
}
