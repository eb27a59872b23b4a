using System.Diagnostics;
using System.Text;

namespace Wandb.Chart.Tests.Documentation;

/// <summary>
/// One shell for the blocks of a page, as a reader has it: variables, functions and the folder of a block are there in the next one, and what was started in the
/// background goes on to the end of the page. The first command that fails ends it.
/// </summary>
internal sealed class PageShell : IAsyncDisposable
{
    // A line of the output says that a block is over, another one that the shell has ended: what runs in the background keeps the output open. TERM is for what runs
    // in the foreground; the shell itself goes on to the next command.
    private const string Script =
        """
        trap : TERM
        trap 'printf "\n%s ended\n" "$0"' EXIT
        exec 9<&0 </dev/null 2>&1
        while IFS= read -r -u 9 block; do . "$block"; printf '\n%s\n' "$0"; done
        """;

    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(11); // The pages wait for up to 10.
    private static readonly TimeSpan Stopping = TimeSpan.FromSeconds(30);

    private readonly FileInfo _block = new(Path.GetTempFileName());
    private readonly Process _shell;

    /// <param name="environment">NAME=VALUE, on top of that of the tests.</param>
    public PageShell(string folder, IEnumerable<string> environment)
    {
        // A session of its own: all of it is ended together.
        var start = new ProcessStartInfo("env", ["-C", folder, .. environment, "setsid", "bash", "-euo", "pipefail", "-c", Script, Over])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
        };
        _shell = Process.Start(start)!;
    }

    private string Over => $"-- over: {_block.FullName}";

    /// <summary>Runs one block; what it wrote is in the test's output.</summary>
    /// <param name="text">The block's, with what is the reader's own filled in.</param>
    public async Task RunAsync(ShellBlock block, string text, CancellationToken ct)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(ct);
        limit.CancelAfter(Limit);
        await File.WriteAllTextAsync(_block.FullName, text, limit.Token);
        await _shell.StandardInput.WriteLineAsync(_block.FullName.AsMemory(), limit.Token);
        await _shell.StandardInput.FlushAsync(limit.Token);
        var output = new StringBuilder();
        var (isOver, isReached) = (false, block.Until is null);
        var goesOn = block.LeavesSomethingRunning();
        try
        {
            while (!isOver || (goesOn && !isReached))
            {
                var line = await _shell.StandardOutput.ReadLineAsync(limit.Token);
                Assert.True(line is not null && line != Over + " ended", Told(block, output, "ended"));
                if (line == Over)
                {
                    isOver = true;
                    continue;
                }
                output.AppendLine(line);
                if (!isReached && line.Contains(block.Until!, StringComparison.Ordinal))
                {
                    isReached = true;
                    if (!goesOn)
                        Terminate("TERM");
                }
            }
        }
        catch (OperationCanceledException) when (!ct.IsCancellationRequested)
        {
            Assert.Fail(Told(block, output, $"did not come further within {Limit}"));
        }
        Assert.True(isReached, Told(block, output, $"ended and had not said '{block.Until}'"));
        TestContext.Current.TestOutputHelper?.WriteLine($"{block.Page}:{block.Line}\n{output}");
    }

    /// <summary>Ends also what runs in the background, and returns when it has gone.</summary>
    public async ValueTask DisposeAsync()
    {
        _shell.StandardInput.Close();
        Terminate("TERM");
        try
        {
            // All of them hold the pipe.
            await _shell.StandardOutput.ReadToEndAsync(CancellationToken.None).WaitAsync(Stopping);
        }
        catch (TimeoutException)
        {
            Terminate("KILL");
        }
        await _shell.WaitForExitAsync(CancellationToken.None);
        _shell.Dispose();
        _block.Delete();
    }

    private static string Told(ShellBlock block, StringBuilder output, string what) => $"{block.Page}:{block.Line} {what}:\n{output}";

    private void Terminate(string signal) => Programs.Run("kill", $"-{signal}", "--", $"-{_shell.Id}");
}
