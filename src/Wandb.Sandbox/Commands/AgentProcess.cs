using System.Diagnostics;
using System.Runtime.InteropServices;

namespace Wandb.Sandbox.Commands;

/// <summary>wandb-agent as a process of its own, as a user would start it.</summary>
internal static class AgentProcess
{
    /// <summary>The agent that was built with the sandbox.</summary>
    public static string BuiltAgent => Path.Combine(AppContext.BaseDirectory, "agent", "wandb-agent.dll");

    /// <summary>How an agent is started.</summary>
    /// <param name="agent">A program, or a .dll for the runtime that runs this process.</param>
    /// <param name="arguments">Arguments of the agent.</param>
    /// <param name="baseUrl">The server.</param>
    /// <param name="apiKey">Goes into the environment: arguments can be seen by everybody.</param>
    public static ProcessStartInfo StartInfo(string agent, IEnumerable<string> arguments, Uri baseUrl, string apiKey)
    {
        var start = StartInfo(agent, arguments);
        start.Environment["WANDB_BASE_URL"] = baseUrl.AbsoluteUri.TrimEnd('/');
        start.Environment["WANDB_API_KEY"] = apiKey;
        return start;
    }

    /// <summary>How one of our programs is started: without the W&amp;B settings of the user, which are for another server.</summary>
    /// <param name="program">A program, or a .dll for the runtime that runs this process.</param>
    public static ProcessStartInfo StartInfo(string program, IEnumerable<string> arguments)
    {
        var command = Command(program);
        var start = new ProcessStartInfo(command[0], [.. command.Skip(1), .. arguments]) { UseShellExecute = false };
        foreach (var name in start.Environment.Keys.Where(name => name.StartsWith("WANDB_", StringComparison.Ordinal)).ToList())
        {
            start.Environment.Remove(name);
        }

        return start;
    }

    /// <summary>The words that start a program.</summary>
    /// <param name="program">A program, or a .dll for the runtime that runs this process.</param>
    public static IReadOnlyList<string> Command(string program) => program.EndsWith(".dll", StringComparison.OrdinalIgnoreCase) ? [DotnetHost(), program] : [program];

    /// <summary>Runs to the end; a cancelled run is killed.</summary>
    /// <param name="start">What to start.</param>
    /// <param name="redirected">Gets the standard output; null: it goes where ours goes, so a terminal stays one.</param>
    /// <param name="cancellationToken">Ends the process.</param>
    /// <returns>The exit code.</returns>
    /// <exception cref="System.ComponentModel.Win32Exception">The program cannot be started.</exception>
    public static async Task<int> RunAsync(ProcessStartInfo start, TextWriter? redirected, CancellationToken cancellationToken)
    {
        start.RedirectStandardOutput = redirected is not null;
        using var process = Process.Start(start) ?? throw new UnreachableException("A process that is started anew exists");
        try
        {
            while (redirected is not null && await process.StandardOutput.ReadLineAsync(cancellationToken) is { } line)
            {
                await redirected.WriteLineAsync(line);
            }

            await process.WaitForExitAsync(cancellationToken);
            return process.ExitCode;
        }
        finally
        {
            if (!process.HasExited)
            {
                process.Kill(entireProcessTree: true);
            }
        }
    }

    // The runtime lies in ROOT/shared/Microsoft.NETCore.App/VERSION; its host is ROOT/dotnet. A self-contained sandbox has none: then PATH decides.
    private static string DotnetHost()
    {
        var host = Path.GetFullPath(Path.Combine(RuntimeEnvironment.GetRuntimeDirectory(), "..", "..", "..", OperatingSystem.IsWindows() ? "dotnet.exe" : "dotnet"));
        return File.Exists(host) ? host : "dotnet";
    }
}
