using Wandb.Agent.Reporting;

namespace Wandb.Agent.Commands;

/// <summary>Finds out what the process's standard output is.</summary>
internal static class ConsoleTerminal
{
    /// <returns>Null when it is a pipe or a file, or a terminal that cannot move its cursor.</returns>
    public static Terminal? Find(IReadOnlyDictionary<string, string?> environment)
    {
        if (Console.IsOutputRedirected || environment.GetValueOrDefault("TERM") is null or "" or "dumb")
            return null;
        return new Terminal(Size, environment.GetValueOrDefault("NO_COLOR") is null or "");
    }

    private static (int Columns, int Rows) Size()
    {
        try
        {
            // A terminal that was not told its size says 0.
            return (Console.WindowWidth > 0 ? Console.WindowWidth : 80, Console.WindowHeight > 0 ? Console.WindowHeight : 24);
        }
        catch (IOException)
        {
            return (80, 24);
        }
    }
}
