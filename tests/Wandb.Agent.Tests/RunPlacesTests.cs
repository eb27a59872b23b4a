using Wandb.Agent.Commands;
using Wandb.Agent.Http;
using Wandb.Agent.Records.Wire;
using Xunit;

namespace Wandb.Agent.Tests;

/// <summary>Which run files belong together, as far as their files, the options and the server tell it.</summary>
public sealed class RunPlacesTests
{
    private static readonly SyncOptions Defaults = new() { DefaultEntity = "team", DefaultProject = "work" };

    [Theory]
    [InlineData("", "", "/uncategorized/r", "team/work/r")]
    [InlineData("me", "", "me/uncategorized/r", "me/work/r")]
    [InlineData("", "demo", "/demo/r", "team/demo/r")]
    [InlineData("me", "demo", "me/demo/r", "me/demo/r")]
    public void Place_is_what_the_file_says_then_the_environment_then_the_name_of_no_project(string entity, string project, string plain, string withDefaults)
    {
        var run = new RunRecord { Entity = entity, Project = project, RunId = "r" };
        Assert.Equal((plain, withDefaults), ($"{new SyncOptions().PathOf(run)}", $"{Defaults.PathOf(run)}"));
    }

    [Fact]
    public void Options_win_over_the_file()
    {
        var options = Defaults with { Entity = "other", Project = "another", RunId = "new" };
        Assert.Equal(new RunPath("other", "another", "new"), options.PathOf(new RunRecord { Entity = "me", Project = "demo", RunId = "r" }));
    }

    [Fact]
    public void Only_a_place_without_an_entity_may_be_another_one()
    {
        RunPath[] places =
        [
            new("", "demo", "a"), new("me", "demo", "a"), new("you", "demo", "a"),
            new("", "demo", "b"), new("", "demo", "b"), new("me", "other", "b"),
            new("me", "demo", "c"), new("you", "demo", "c"),
        ];
        Assert.Equal(places[..3].ToHashSet(), RunPlaces.Unclear(places).ToHashSet());
    }

    [Fact]
    public void Default_entity_is_that_of_files_that_name_none()
    {
        var places = new RunPlaces(new SyncOptions());
        var (nameless, named) = (new RunRecord { Project = "demo", RunId = "r" }, new RunRecord { Entity = "me", Project = "demo", RunId = "r" });
        Assert.NotEqual(places.PathOf(named), places.PathOf(nameless));

        places.Learn("me");

        Assert.Equal(places.PathOf(named), places.PathOf(nameless));
    }
}
