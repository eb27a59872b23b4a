namespace Wandb.Agent.Commands;

/// <summary>Entity and project for runs that name none, from <c>WANDB_ENTITY</c> and <c>WANDB_PROJECT</c>.</summary>
internal static class RunDefaults
{
    private const string EntityVariable = "WANDB_ENTITY";
    private const string ProjectVariable = "WANDB_PROJECT";

    public static string? Entity(CommandContext context) => context.Variable(EntityVariable);

    public static string? Project(CommandContext context) => context.Variable(ProjectVariable);

    /// <summary>What would lead requests to other addresses than those of runs. Other mistakes only matter where a run needs the value: the server tells them.</summary>
    public static IReadOnlyList<string> Problems(CommandContext context) =>
    [
        .. from name in (string[])[EntityVariable, ProjectVariable]
           let problem = context.Variable(name) is { } value ? RunNames.Dots(value) : null
           where problem is not null
           select $"{name} {problem}",
    ];
}
