using System.CommandLine;

namespace Wandb.Sandbox.Commands;

/// <summary>How results are printed.</summary>
internal enum OutputFormat
{
    /// <summary>For people.</summary>
    Text,

    /// <summary>For programs: one document on standard output, nothing else.</summary>
    Json,
}

/// <summary>The option that every command has.</summary>
internal static class OutputOption
{
    public static Option<OutputFormat> Create() => new("--output") { Description = "text or json", HelpName = "text|json", DefaultValueFactory = _ => OutputFormat.Text };
}
