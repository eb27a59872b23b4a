using System.CommandLine;

namespace Wandb.Sandbox.Commands;

/// <summary>A command that shows how it is used.</summary>
internal sealed class ExampleCommand(string name, string description, params string[] examples) : Command(name, description)
{
    /// <summary>Lines as they are typed.</summary>
    public IReadOnlyList<string> Examples => examples;
}
