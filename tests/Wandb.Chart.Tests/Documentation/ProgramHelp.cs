using System.Collections.Concurrent;

namespace Wandb.Chart.Tests.Documentation;

/// <summary>What the built programs say about themselves.</summary>
internal static class ProgramHelp
{
    public static readonly IReadOnlyList<string> Names = ["wandb-agent", "wandb-operator", "wandb-sandbox"];

    private static readonly ConcurrentDictionary<(string Program, string? Command), string?> Texts = new();

    // artifacts/bin/PROJECT/CONFIGURATION, like these tests.
    private static readonly string Configuration = Path.GetFileName(AppContext.BaseDirectory.TrimEnd(Path.DirectorySeparatorChar));

    public static string Folder(string program) => Repository.Path("artifacts", "bin", program switch
    {
        "wandb-agent" => "Wandb.Agent",
        "wandb-operator" => "Wandb.Operator",
        _ => "Wandb.Sandbox",
    }, Configuration);

    /// <returns>The help of the command, or of the program; null: there is no such command.</returns>
    public static string? Of(string program, string? command) => Texts.GetOrAdd((program, command), _ =>
    {
        var (status, output, _) = Programs.Run(Path.Combine(Folder(program), program), command is null ? ["--help"] : [command, "--help"]);
        return status == 0 ? output : null;
    });

    public static bool HasFlag(string help, string flag) =>
        flag is "--help" or "--version" || help.Split([' ', ',', '\n', '<', '['], StringSplitOptions.RemoveEmptyEntries).Contains(flag, StringComparer.Ordinal);
}
