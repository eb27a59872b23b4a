using System.Diagnostics;

namespace Wandb.Chart.Tests;

/// <summary>Programs that tests start and wait for.</summary>
internal static class Programs
{
    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(11); // The pages wait for up to 10.

    private static readonly TimeSpan Stopping = TimeSpan.FromSeconds(20);

    /// <returns>The variable's value; empty: it is not set.</returns>
    public static string Variable(string name) => Environment.GetEnvironmentVariables()[name] as string ?? "";

    public static bool IsOnPath(string name) => PathOf(name) is not null;

    /// <returns>The file that the path leads to; null: none.</returns>
    public static string? PathOf(string name) => Variable("PATH").Split(Path.PathSeparator).Select(folder => Path.Combine(folder, name)).FirstOrDefault(File.Exists);

    public static (int Status, string Output, string Error) Run(string program, params string[] arguments) => Run(Limit, program, arguments);

    public static (int Status, string Output, string Error) Run(TimeSpan limit, string program, params string[] arguments)
    {
        var start = new ProcessStartInfo(program) { RedirectStandardOutput = true, RedirectStandardError = true, RedirectStandardInput = true };
        foreach (var argument in arguments)
            start.ArgumentList.Add(argument);
        using var process = Process.Start(start)!;
        process.StandardInput.Close();
        var output = process.StandardOutput.ReadToEndAsync();
        var error = process.StandardError.ReadToEndAsync();
        if (!process.WaitForExit(limit))
        {
            process.Kill(entireProcessTree: true);
            throw new TimeoutException($"{program} {string.Join(' ', arguments)} did not end within {limit}");
        }
        process.WaitForExit();
        return (process.ExitCode, output.GetAwaiter().GetResult(), error.GetAwaiter().GetResult());
    }

    /// <summary>Ends the program as a service manager does, so that it takes away what it made; kills one that does not end.</summary>
    public static void Stop(Process process)
    {
        if (!process.HasExited)
            Run("kill", "-TERM", $"{process.Id}");
        if (!process.WaitForExit(Stopping))
            process.Kill(entireProcessTree: true);
        process.WaitForExit();
        process.Dispose();
    }
}
