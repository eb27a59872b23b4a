namespace Wandb.Sandbox.Commands;

/// <summary>Exit codes of wandb-sandbox.</summary>
internal static class ExitCode
{
    public const int Done = 0;

    /// <summary>Wrong arguments, or something that the arguments name is not there.</summary>
    public const int Usage = 1;

    /// <summary>The demonstration did not show what it should.</summary>
    public const int DemoFailed = 2;
}
