using Wandb.Sandbox.Trainer;

namespace Wandb.Sandbox.Tests.Trainer;

public sealed class TrainerEnvironmentTests
{
    [Fact]
    public void Takes_what_wandb_init_takes()
    {
        var environment = Of(
            ("WANDB_DIR", "/runs"), ("WANDB_PROJECT", "mnist"), ("WANDB_ENTITY", "team"), ("WANDB_RUN_GROUP", "folds"), ("WANDB_JOB_TYPE", "train"),
            ("WANDB_NAME", "fold-1"), ("WANDB_NOTES", "first"), ("WANDB_TAGS", "a, b,,c"), ("WANDB_RUN_ID", "id1"), ("HOSTNAME", "pod-1"));

        Assert.Equal(
            ("/runs", "mnist", "team", "folds", "train", "fold-1", "first", "id1", "pod-1"),
            (environment.Folder, environment.Project, environment.Entity, environment.Group, environment.JobType, environment.Name, environment.Notes,
                environment.RunId, environment.Host));
        Assert.Equal(["a", "b", "c"], environment.Tags);
        Assert.False(environment.IsDisabled);
    }

    [Fact]
    public void WANDB_GROUP_is_not_the_group() => Assert.Equal("", Of(("WANDB_GROUP", "folds")).Group);

    [Fact]
    public void An_empty_variable_is_none() => Assert.Null(Of(("WANDB_PROJECT", "")).Project);

    [Fact]
    public void Mode_disabled_logs_nothing() => Assert.True(Of(("WANDB_MODE", "disabled")).IsDisabled);

    private static TrainerEnvironment Of(params (string Name, string Value)[] variables) =>
        new(name => variables.FirstOrDefault(variable => variable.Name == name).Value);
}
