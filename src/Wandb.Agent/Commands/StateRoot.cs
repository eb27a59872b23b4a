namespace Wandb.Agent.Commands;

/// <summary>Where the agent keeps its own files about runs whose directory may not be written.</summary>
internal static class StateRoot
{
    private const string Folder = "wandb-agent";

    /// <summary>
    /// By the XDG Base Directory Specification: <c>$XDG_STATE_HOME</c>, else <c>~/.local/state</c>; without a home, the directory for temporary files.
    /// </summary>
    public static string Of(CommandContext context) => (context.Variable("XDG_STATE_HOME"), context.Variable("HOME")) switch
    {
        // The specification has relative paths ignored.
        ({ } state, _) when Path.IsPathRooted(state) => Path.Combine(state, Folder),
        (_, { } home) => Path.Combine(home, ".local", "state", Folder),
        _ => Path.Combine(Path.GetTempPath(), Folder),
    };
}
